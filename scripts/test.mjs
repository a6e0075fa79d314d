// @ts-check
/**
 * `npm test`: sets up what is missing, then runs every level of tests. `npm test -- --only unit,check` runs some of them.
 * The last line is `N passed, N failed` (and `, N skipped`), the sum over the levels; the exit code is 0 only when
 * nothing failed.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT, run } from './process.mjs';
import { runAsScript, setup } from './setup.mjs';

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */
/**
 * @typedef {object} Level
 * @property {import('./setup.mjs').Needs} needs
 * @property {(environment: NodeJS.ProcessEnv) => Promise<Counts>} run
 */

const TSX = ['--import', 'tsx'];
const MOCHA = [
  ...TSX,
  'node_modules/mocha/bin/mocha.js',
  ...['--require', './test/seed.cjs'],
  ...['--reporter', 'test/reporter.cjs'],
];

/** @type {Record<string, Level>} */
const LEVELS = {
  check: { needs: {}, run: check },
  unit: {
    needs: {},
    run: (env) => mocha('unit', [...MOCHA, '--config', 'test/unit/.mocharc.json'], 600, env),
  },
  webview: {
    needs: { build: true, browser: true },
    run: (env) => mocha('webview', [...MOCHA, '--timeout', '60000', 'test/webview/**/*.test.ts'], 600, env),
  },
  integration: {
    needs: { build: true, host: true, browser: true },
    run: (env) => mocha('integration', [...TSX, 'test/integration/run.ts'], 600, env),
  },
  e2e: {
    needs: { build: true, host: true, browser: true },
    run: (env) => mocha('e2e', [...MOCHA, '--timeout', '180000', 'test/e2e/**/*.test.ts'], 600, env),
  },
};

/** Type check, lint and format: three tests, side by side; the output of those that fail is shown. */
async function check() {
  const checks = [
    { name: 'types', args: ['node_modules/typescript/bin/tsc', '--noEmit'] },
    { name: 'types of scripts', args: ['node_modules/typescript/bin/tsc', '--project', 'scripts'] },
    { name: 'lint', args: ['node_modules/eslint/bin/eslint.js', '.', '--max-warnings', '0'] },
    { name: 'format', args: ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'] },
  ];
  const counts = { passed: 0, failed: 0, skipped: 0 };
  await Promise.all(
    checks.map(async ({ name, args }) => {
      const { code, output } = await run(process.execPath, args, { quiet: true, timeLimitSeconds: 300 });
      counts[code === 0 ? 'passed' : 'failed'] += 1;
      console.log(code === 0 ? `  ✔ ${name}` : `  ✖ ${name}\n${output}`);
    }),
  );
  return counts;
}

/**
 * Runs a level whose reporter (test/reporter.cjs) leaves its counts in a file. A run that leaves none has crashed, and
 * one that exits with an error although nothing failed has failed all the same.
 *
 * @param {string} name
 * @param {readonly string[]} args
 * @param {number} timeLimitSeconds
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Counts>}
 */
async function mocha(name, args, timeLimitSeconds, env) {
  const file = join(ROOT, 'out/counts', `${name}.json`);
  rmSync(file, { force: true });
  mkdirSync(join(ROOT, 'out/counts'), { recursive: true });
  const { code, timedOut } = await run(process.execPath, args, {
    timeLimitSeconds,
    env: { ...env, MIXLAW_COUNTS: file },
  });
  if (timedOut) console.log(`  ✖ ${name}: ended after ${timeLimitSeconds} s`);
  /** @type {Counts} */
  let counts;
  try {
    counts = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    console.log(`  ✖ ${name}: the run ended before its tests did`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

await runAsScript(import.meta.url, async () => {
  const { values } = parseArgs({ options: { only: { type: 'string' } } });
  const names = values.only?.split(',') ?? Object.keys(LEVELS);
  const unknown = names.filter((name) => !(name in LEVELS));
  if (unknown.length > 0) {
    console.error(`No such level: ${unknown.join(', ')}. The levels are ${Object.keys(LEVELS).join(', ')}.`);
    return 2;
  }
  const levels = names.map((name) => ({ name, .../** @type {Level} */ (LEVELS[name]) }));
  /** @param {keyof import('./setup.mjs').Needs} what */
  const needed = (what) => levels.some(({ needs }) => needs[what] === true);

  const begin = Date.now();
  const { browser } = await setup({ build: needed('build'), host: needed('host'), browser: needed('browser') });
  const total = { passed: 0, failed: 0, skipped: 0 };
  const summary = [];
  for (const level of levels) {
    console.log(`\n${level.name}`);
    const start = Date.now();
    const counts = await level.run(browser === undefined ? {} : { CHROMIUM: browser });
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.skipped += counts.skipped;
    summary.push(`${level.name.padEnd(14)} ${seconds(start)} s  ${sentence(counts)}`);
  }
  console.log(`\n${summary.join('\n')}\n${'total'.padEnd(14)} ${seconds(begin)} s\n\n${sentence(total)}`);
  return total.failed === 0 && total.passed > 0 ? 0 : 1;
});

/** @param {number} since */
function seconds(since) {
  return ((Date.now() - since) / 1000).toFixed(1).padStart(6);
}

/** @param {Counts} counts */
function sentence({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
