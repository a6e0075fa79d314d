/**
 * The 27 NIST StRD nonlinear regression sets, both published starts, both engines: `npx tsx test/bench/nist.ts`.
 * Each cell: digits / iterations / milliseconds. Needs the sets at ../shared/data/nist-strd; docs/solver.md shows what it prints.
 */
import { performance } from 'node:perf_hooks';
import { engines } from '../../src/core/fit/engines';
import { certifiedDigits, nistSets, strict } from '../unit/support/nist';

const sets = nistSets();
if (!sets) {
  console.log('The NIST StRD sets are not at ../shared/data/nist-strd.');
} else {
  const optimizers = Object.values(engines);
  console.log(`| set | ${optimizers.map(({ id }) => `${id} start 1 | ${id} start 2`).join(' | ')} |`);
  console.log(`|---|${'---|'.repeat(2 * optimizers.length)}`);
  const passed = optimizers.map(() => [0, 0]);
  for (const { name, starts, certified, problem } of sets) {
    const cells = optimizers.flatMap((optimizer, engine) =>
      starts.map((start, at) => {
        const before = performance.now();
        const { z, iterations } = optimizer.minimize(problem, start, strict);
        const milliseconds = performance.now() - before;
        const digits = certifiedDigits(z, certified);
        if (digits >= 6) passed[engine]![at]!++;
        return `${digits.toFixed(1)} / ${iterations} / ${milliseconds.toFixed(0)}`;
      }),
    );
    console.log(`| ${name} | ${cells.join(' | ')} |`);
  }
  console.log(`| ≥ 6 digits | ${passed.flat().join(' of 27 | ')} of 27 |`);
}
