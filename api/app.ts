import { OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { type ApiEnv, identify } from './access.ts';
import { conditional } from './conditional.ts';
import { CoverageToday } from './coverage-today.ts';
import type { ApiDeps } from './deps.ts';
import { LIVE_LIMITS, LiveHub, type LiveLimits } from './live-hub.ts';
import { MachineBoard } from './machine-board.ts';
import { answerError, refuse, refuseInvalid } from './problem.ts';
import { serveActivity } from './resources/activity.ts';
import { serveCharter } from './resources/charter.ts';
import { serveConnectors } from './resources/connectors.ts';
import { serveCorrections } from './resources/corrections.ts';
import { serveCost } from './resources/cost.ts';
import { serveDefinitions } from './resources/definitions.ts';
import { serveDocs } from './resources/docs.ts';
import { serveEvents } from './resources/events.ts';
import { serveExplain } from './resources/explain.ts';
import { serveHealth } from './resources/health.ts';
import { serveLabs } from './resources/labs.ts';
import { serveLive } from './resources/live.ts';
import { serveMachines } from './resources/machines.ts';
import { serveOccupancy } from './resources/occupancy.ts';
import { servePower } from './resources/power.ts';
import { serveProposals } from './resources/proposals.ts';
import { serveQuarantine } from './resources/quarantine.ts';
import { serveRegistry } from './resources/registry.ts';
import { serveRegistryChanges } from './resources/registry-changes.ts';
import { serveReview } from './resources/review.ts';
import { serveSaturation } from './resources/saturation.ts';
import { serveService } from './resources/service.ts';
import { serveSessions } from './resources/sessions.ts';
import { serveSetup } from './resources/setup.ts';
import { serveSignature } from './resources/signature.ts';
import { serveUptime } from './resources/uptime.ts';
import { serveUsage } from './resources/usage.ts';
import type { Api } from './route.ts';
import { secure } from './security.ts';
import { refuseUnknownRoutes } from './unknown-routes.ts';
import { serveWebPage } from './web-page.ts';

/** The HTTP application, and what ends its live streams and its following of the floor. */
export interface ApiApp {
  app: Api;
  close(): void;
}

/** The largest body that any route takes: a registry with its members. */
const BODY_BYTES_MAX = 64 * 1024 * 1024;
const TOO_LARGE = 'The body is larger than 64 MB. Split it.';

/** Builds the HTTP application; `report` hears of errors that nobody expected. */
export function createApp(deps: ApiDeps, report: (error: Error) => void, live: LiveLimits = LIVE_LIMITS): ApiApp {
  const document = () => deps.registry.document();
  const coverage: CoverageToday = new CoverageToday(
    deps.queries,
    deps.clock,
    () => board.ids(),
    () => board.forget(),
  );
  const board = new MachineBoard(deps.floor, document, (machine) => coverage.of(machine), deps.clock);
  const hub = new LiveHub(deps.clock(), (machine) => board.text(machine), live);
  const tellAll = () => {
    for (const machine of board.ids()) hub.changed(machine);
  };
  tellAll();
  const unsubscribe = deps.floor.subscribe(({ machine }) => {
    board.forget(machine);
    hub.changed(machine);
  });
  const app: Api = new OpenAPIHono<ApiEnv>({ defaultHook: (result, c) => refuseInvalid(result, c) });
  app.onError((error, c) => answerError(error, c, report));
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', { type: 'http', scheme: 'bearer' });
  app.use(secure());
  app.use(bodyLimit({ maxSize: BODY_BYTES_MAX, onError: (c) => refuse(c, 'too-large', TOO_LARGE) }));
  app.use('/api/v1/*', conditional());
  app.use(identify(deps.administrators, deps.anonymousMay));
  serveHealth(app, deps);
  serveMachines(app, deps, board, coverage);
  serveLive(app, hub);
  serveLabs(app, deps, board);
  serveConnectors(app, deps);
  serveUsage(app, deps);
  serveExplain(app, deps);
  serveSessions(app, deps);
  serveCorrections(app, deps);
  serveReview(app, deps);
  serveService(app, deps);
  serveActivity(app, deps);
  servePower(app, deps);
  serveEvents(app, deps);
  serveQuarantine(app, deps);
  serveRegistry(app, deps, tellAll);
  serveRegistryChanges(app, deps);
  serveProposals(app, deps);
  serveSignature(app, deps, tellAll);
  serveSetup(app, deps);
  serveUptime(app, deps);
  serveOccupancy(app, deps);
  serveSaturation(app, deps);
  serveCharter(app, deps);
  serveCost(app, deps);
  serveDefinitions(app);
  serveDocs(app);
  if (deps.webRoot !== null) serveWebPage(app, deps.webRoot);
  refuseUnknownRoutes(app);
  return {
    app,
    close: () => {
      unsubscribe();
      hub.close();
    },
  };
}
