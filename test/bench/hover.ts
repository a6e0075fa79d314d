import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serializeFitDocument } from '../../src/core/fitfile/document';
import { fitDocument } from '../fixtures/fitDocument';

const STARTS = 7;

type Figures = Readonly<Record<string, number>>;

/**
 * How long the first hover of a session takes, later ones on edited texts, and a look at files that hold no mixture: on
 * the bundles that are shipped, in a process of its own for each language, so that every start is a cold one.
 */
async function main(): Promise<void> {
  const { builds } = await import('../../esbuild.mjs');
  const outdir = mkdtempSync(join(tmpdir(), 'mixlaw-bench-'));
  try {
    for (const options of builds({ production: true, outdir })) {
      if (options.platform === 'node') await build({ ...options, logLevel: 'error' });
    }
    await build({
      entryPoints: { cold: join(import.meta.dirname, 'hover-cold.ts') },
      outdir,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      external: ['./library.js'],
      supported: { 'dynamic-import': false },
    });
    writeFileSync(join(outdir, 'results.mixlaw.json'), serializeFitDocument(fitDocument()));
    const run = (language: string): string =>
      spawnSync(process.execPath, [join(outdir, 'cold.js'), outdir, language], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'inherit'],
      }).stdout;

    const heads = ['load', 'fit', 'read', 'first', 'cpu', 'median', 'p95'].map((name) => name.padStart(10));
    console.log(`\nhover on 2,000 lines, milliseconds\n${''.padEnd(16)}${heads.join('')}`);
    for (const language of ['yaml', 'sections', 'json', 'bash', 'python', 'toml']) {
      // The best of several starts: other programs can only make one slower.
      const starts = Array.from({ length: STARTS }, () => Object.values(JSON.parse(run(language)) as Figures));
      const figures = starts[0]!.map((_, i) => Math.min(...starts.map((start) => start[i]!)));
      console.log(language.padEnd(16) + figures.map((value) => value.toFixed(1).padStart(10)).join(''));
    }
    const names = ['first', 'median', 'p95'].map((name) => name.padStart(10));
    console.log(`\nno candidate in 2,000 lines\n${''.padEnd(16)}${names.join('')}`);
    process.stdout.write(run('ordinary'));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

void main();
