import * as esbuild from 'esbuild';
import { rmSync } from 'node:fs';

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');

/** jsonc-parser's `main` is a UMD file that esbuild cannot follow: its `module` field must come first. */
const shared = {
  bundle: true,
  minify: production,
  sourcemap: production ? false : 'linked',
  legalComments: 'none',
  mainFields: ['module', 'main'],
  logLevel: 'info',
  outdir: 'dist',
};
const node = { ...shared, platform: 'node', target: 'node20', format: 'cjs' };

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

export const builds = [
  {
    ...node,
    entryPoints: { extension: 'src/extension.ts' },
    external: ['vscode'],
    plugins: [libraryApart],
    supported: { 'dynamic-import': false },
  },
  { ...node, entryPoints: { library: 'src/features/library.ts' } },
  { ...node, entryPoints: { worker: 'src/worker/entry.ts' } },
  { ...node, entryPoints: { cli: 'src/cli.ts' }, banner: { js: '#!/usr/bin/env node' } },
  { ...shared, entryPoints: { panel: 'webview/main.ts' }, platform: 'browser', target: 'es2022', format: 'iife' },
];

rmSync('dist', { recursive: true, force: true });
if (watch) {
  const contexts = await Promise.all(builds.map((options) => esbuild.context(options)));
  await Promise.all(contexts.map((context) => context.watch()));
} else {
  await Promise.all(builds.map((options) => esbuild.build(options)));
}
