import * as esbuild from 'esbuild';
import { realpathSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Packages that a session may never need, each a file of its own that is loaded when the first of its functions is
 * called: entry in `dist/` → package.
 */
export const LAZY = {
  toml: 'toml-eslint-parser',
  csv: 'papaparse',
  parquet: 'hyparquet',
  zstd: 'fzstd',
  matrix: 'ml-matrix',
  engine: 'ml-levenberg-marquardt',
};

/**
 * The same of our own modules: what is used of a package that is mostly not used, and what weighs as much as a package.
 * Entry in `dist/` → module.
 */
export const LAZY_OWN = {
  yaml: 'src/core/yaml',
  python: 'src/core/mixtures/syntax/python',
  shell: 'src/core/mixtures/shell/evaluate',
  fits: 'src/features/fitLibrary',
};

/** What must exist once (a state, classes) or weighs much: `fits.js` has it from `library.js`, which exports all of it. */
const SHARED = ['l10n', 'errors', 'json', 'quantity', 'mixtures/names', 'mixtures/read'].map(
  (name) => `src/core/${name}`,
);

/** Whether an import of our own means one of these modules. */
const meant = (modules, { path: name, resolveDir }) =>
  modules.find((module) => path.resolve(resolveDir, name) === path.resolve(module));

/**
 * Stands in for each of them in the bundles that use it. esbuild reads an import's property wherever it is used, so that
 * the getter is what loads the package: the sources import it like anything else.
 */
const lazyApart = {
  name: 'lazy-apart',
  setup(build) {
    const entryOf = new Map(
      [...Object.entries(LAZY), ...Object.entries(LAZY_OWN)].map(([entry, name]) => [name, entry]),
    );
    build.onResolve({ filter: /^[@\w]/ }, ({ path, kind }) =>
      kind === 'import-statement' && entryOf.has(path) ? { path, namespace: 'lazy' } : undefined,
    );
    build.onResolve({ filter: /^\.\.?\// }, (what) => {
      const module = what.kind === 'import-statement' && meant(Object.values(LAZY_OWN), what);
      return module ? { path: module, namespace: 'lazy' } : undefined;
    });
    build.onResolve({ filter: /^\.\//, namespace: 'lazy' }, ({ path }) => ({ path, external: true }));
    build.onLoad({ filter: /.*/, namespace: 'lazy' }, async ({ path: module }) => {
      const entry = entryOf.get(module);
      const names = entry in LAZY ? Object.keys(await import(module)) : await exportsOf(`${module}.ts`);
      return { contents: standIn(entry, names) };
    });
  },
};

/** The names that a module exports. */
async function exportsOf(file) {
  const options = { format: 'esm', write: false, metafile: true, outdir: '.', logLevel: 'error' };
  const { metafile } = await esbuild.build({ ...options, entryPoints: [file] });
  return Object.values(metafile.outputs).flatMap(({ exports }) => exports);
}

/**
 * `yaml` as for browsers: the same modules as for Node, but ES modules, of which esbuild leaves out what nobody can call.
 * It is never written here: only a key that is a list or a map would be, as text. And Python's grammar without the colours
 * that editors give it.
 */
const lighterPackages = {
  name: 'lighter-packages',
  setup(build) {
    build.onResolve({ filter: /^yaml$/ }, () => ({
      path: fileURLToPath(import.meta.resolve('yaml/package.json')).replace(/package\.json$/, 'browser/index.js'),
    }));
    build.onLoad({ filter: /yaml[\\/]browser[\\/]dist[\\/]stringify[\\/]\w+\.js$/ }, async ({ path: file }) => {
      const names = await exportsOf(file);
      const refusal = "throw new Error('a key is a list or a map');";
      return { contents: names.map((name) => `export function ${name}() { ${refusal} }`).join('\n') };
    });
    // The names of the parts of a TOML tree, for walking it: nobody here does.
    build.onResolve({ filter: /^eslint-visitor-keys$/ }, ({ path }) => ({ path, namespace: 'no-walks' }));
    build.onLoad({ filter: /.*/, namespace: 'no-walks' }, () => ({
      contents: 'export const unionWith = (keys) => keys;',
    }));
    build.onResolve({ filter: /^@lezer\/highlight$/ }, ({ path }) => ({ path, namespace: 'colourless' }));
    build.onLoad({ filter: /.*/, namespace: 'colourless' }, () => ({
      contents: `const tag = () => tag;
        export const tags = new Proxy({}, { get: () => tag });
        export const styleTags = () => () => null;`,
    }));
  },
};

/** Of `fits.js`. */
const sharedWithLibrary = {
  name: 'shared-with-library',
  setup: (build) =>
    build.onResolve({ filter: /^\.\.?\// }, (what) =>
      meant(SHARED, what) ? { path: './library.js', external: true } : undefined,
    ),
};

/** A package that is one object is its own default. */
const standIn = (entry, names) => {
  const own = names.length > 1 ? names.filter((name) => name !== 'default') : names;
  const getters = own.map(
    (name) => `get ${name}() { return require('./${entry}.js')${name === 'default' ? '' : `.${name}`}; }`,
  );
  return `module.exports = { __esModule: true, ${getters.join(', ')} };`;
};

/**
 * The features load the core from a bundle of its own when they first need it (src/features/loadLibrary.ts), which keeps
 * the bundle that VS Code loads at start small. esbuild splits no CommonJS, so the border is drawn here.
 */
const libraryApart = {
  name: 'library-apart',
  setup: (build) =>
    build.onResolve({ filter: /^\.\/library$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './library.js', external: true } : undefined,
    ),
};

/** @returns {readonly esbuild.BuildOptions[]} */
export function builds({ production = false, outdir = 'dist' } = {}) {
  /** jsonc-parser's `main` is a UMD file that esbuild cannot follow: its `module` field must come first. */
  const shared = {
    bundle: true,
    minify: production,
    sourcemap: production ? false : 'linked',
    legalComments: 'none',
    mainFields: ['module', 'main'],
    logLevel: 'info',
    outdir,
  };
  const node = { ...shared, platform: 'node', target: 'node20', format: 'cjs' };
  return [
    {
      ...node,
      entryPoints: { extension: 'src/extension.ts' },
      external: ['vscode'],
      plugins: [libraryApart],
      supported: { 'dynamic-import': false },
    },
    { ...node, entryPoints: { library: 'src/features/library.ts' }, plugins: [lazyApart] },
    { ...node, entryPoints: { worker: 'src/worker/entry.ts' }, plugins: [lazyApart] },
    {
      ...node,
      entryPoints: { cli: 'src/cli.ts' },
      plugins: [lazyApart],
      banner: { js: '#!/usr/bin/env node' },
    },
    { ...node, entryPoints: LAZY, plugins: [lazyApart, lighterPackages] },
    ...Object.entries(LAZY_OWN).map(([entry, module]) => ({
      ...node,
      entryPoints: { [entry]: `${module}.ts` },
      plugins: entry === 'fits' ? [sharedWithLibrary] : [lighterPackages],
    })),
    // The page needs its pictures and the toolkit's controls only after it can be used: scripts of their own.
    {
      ...shared,
      entryPoints: { panel: 'webview/main.ts', charts: 'webview/charts/engine.ts', toolkit: 'webview/toolkit.ts' },
      platform: 'browser',
      target: 'es2022',
      format: 'esm',
      splitting: true,
    },
    {
      ...shared,
      entryPoints: { evidence: 'webview/evidence/worker.ts' },
      platform: 'browser',
      target: 'es2022',
      format: 'iife',
    },
  ];
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  rmSync('dist', { recursive: true, force: true });
  const all = builds({ production: process.argv.includes('--production') });
  if (process.argv.includes('--watch')) {
    const contexts = await Promise.all(all.map((options) => esbuild.context(options)));
    await Promise.all(contexts.map((context) => context.watch()));
  } else {
    await Promise.all(all.map((options) => esbuild.build(options)));
  }
}
