import { didYouMean } from '../domain/suggestion.ts';
import { refuse } from './problem.ts';
import type { Api } from './route.ts';

/** After all routes: a known path with another method is 405 with `Allow`; anything else is 404 and names the nearest path. */
export function refuseUnknownRoutes(app: Api): void {
  const methodsOf = new Map<string, Set<string>>();
  for (const { path, method } of app.routes) {
    if (method === 'ALL' || path.includes('*')) continue;
    methodsOf.set(path, (methodsOf.get(path) ?? new Set()).add(method));
  }
  for (const [path, methods] of methodsOf) {
    if (methods.has('GET')) methods.add('HEAD');
    const allow = [...methods].join(', ');
    app.all(path, (c) =>
      refuse(c, 'method-not-allowed', `${c.req.method} is not possible here; possible: ${allow}.`, { allow }),
    );
  }
  const paths = [...methodsOf.keys()];
  app.notFound((c) => {
    const { path } = c.req;
    return refuse(
      c,
      'not-found',
      `There is nothing at ${path.slice(0, 200)}${didYouMean(path, paths) || '; /docs lists what there is'}`,
    );
  });
}
