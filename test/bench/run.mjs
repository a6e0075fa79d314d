// @ts-check
/**
 * `npm run bench`: how long things take on this machine, and what the laws reach on real runs. Prints tables; asserts
 * nothing. `npm run bench -- fits growth` runs some of them:
 *
 *   fits        each law on each data set: cold, one start, the default starts
 *   growth      one start against the number of runs and of domains, with memory
 *   tournament  all laws, 10 splits, 62 runs × 17 domains: one thread against all
 *   recommend   optima, trade-offs, intervals, bootstraps: 17 and 128 domains
 *   hover       the first hover of a session and later ones on 2,000 lines; files without a mixture
 *   panel       the page in a bare Chromium: opening it, dragging a slider, 10,000 rows
 *   figures     errors of every law on the real proxy runs (minutes)
 */
import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus, totalmem } from 'node:os';

const BENCHES = {
  fits: ['test/bench/speed.ts', 'fits'],
  growth: ['test/bench/speed.ts', 'growth'],
  tournament: ['test/bench/speed.ts', 'tournament'],
  recommend: ['test/bench/recommend.ts'],
  hover: ['test/bench/hover.ts'],
  panel: ['test/bench/panel.ts'],
  figures: ['test/bench/tournament.ts'],
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in BENCHES));
if (unknown.length > 0) {
  console.error(`No such benchmark: ${unknown.join(', ')}. There are ${Object.keys(BENCHES).join(', ')}.`);
  process.exit(2);
}
const memory = (totalmem() / 2 ** 30).toFixed(0);
console.log(`${cpus()[0]?.model.trim()}, ${availableParallelism()} processors, ${memory} GB, Node ${process.version}`);
let failed = false;
for (const [name, args] of Object.entries(BENCHES)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  // A process each, so that none is warmed up or slowed down by another.
  const { status } = spawnSync(process.execPath, ['--expose-gc', '--import', 'tsx', ...args], { stdio: 'inherit' });
  failed ||= status !== 0;
}
process.exit(failed ? 1 : 0);
