import path from 'node:path';
import { defineConfig, type Plugin } from 'vite';
import { MAIN_FILE, SOURCES_FILE, sourcesOf } from './bundle.ts';

const ROOT = path.dirname(import.meta.dirname);
const THREAD = /new URL\('\.\/([a-z-]+)\.ts', import\.meta\.url\)/g;

/** Whether a module is ours, wherever the root stands: it may be in a folder of packages itself. */
function isOwn(id: string): boolean {
  const below = path.relative(ROOT, id);
  return path.isAbsolute(id) && !below.startsWith('..') && !below.split(path.sep).includes('node_modules');
}

/** A thread begins with a file of its own, which the bundle has beside its main file. */
function threads(): Plugin {
  return {
    name: 'threads',
    // Before Vite takes such files for assets.
    enforce: 'pre',
    transform(code, id) {
      if (!isOwn(id)) return null;
      return code.replaceAll(THREAD, (_, name) => {
        const fileName = `${name}.js`;
        this.emitFile({ type: 'chunk', id: path.join(path.dirname(id), `${name}.ts`), fileName });
        return `new URL('./${fileName}', import.meta.url)`;
      });
    },
  };
}

/** Writes what is not ASCII as `\u…`: one such letter would have V8 keep two bytes for each letter of a file. */
function ascii(): Plugin {
  return {
    name: 'ascii',
    generateBundle(_, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== 'chunk') continue;
        file.code = file.code.replaceAll(
          /[\u0080-\uffff]/g,
          (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
        );
      }
    },
  };
}

/** Says of which files the bundle was built: it counts no more once one of them has changed. */
function sources(): Plugin {
  return {
    name: 'sources',
    generateBundle() {
      const files = [...[...this.getModuleIds()].filter(isOwn), path.join(ROOT, 'package-lock.json')];
      this.emitFile({ type: 'asset', fileName: SOURCES_FILE, source: JSON.stringify(sourcesOf(ROOT, files)) });
    },
  };
}

// Relative paths hold for `dist/` as for `cli/`: both stand in the root.
export default defineConfig({
  root: ROOT,
  plugins: [threads(), ascii(), sources()],
  publicDir: false,
  ssr: { noExternal: true, external: ['swagger-ui-dist'] },
  build: {
    ssr: true,
    outDir: path.join(ROOT, 'dist'),
    emptyOutDir: true,
    assetsDir: '',
    target: 'esnext',
    minify: false,
    rolldownOptions: {
      input: path.join(ROOT, 'main.ts'),
      // Names stay, so that whoever reports an error can say where it was.
      output: { entryFileNames: MAIN_FILE, minify: { compress: false, mangle: false, codegen: true } },
    },
  },
});
