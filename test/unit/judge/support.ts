import { Random } from '../../../src/core/random';
import { lawById } from '../../../src/core/laws/registry';
import type { Runs } from '../../../src/core/results/runs';
import { fittedFloors, randomRuns, randomTheta, shapeOf, withLosses } from '../laws/separableSupport';

/** Runs drawn from a law with plausible parameters. Mixtures have two rows each when `twice`. */
export function drawnRuns(
  law: string,
  { K = 3, n = 40, noise = 0.005, seed = 1, varies = {} as { N?: boolean; D?: boolean } } = {},
): Runs {
  const random = new Random(seed);
  const shape = shapeOf(K, varies);
  const model = lawById(law).build(shape, fittedFloors);
  return withLosses(model, randomTheta(random, model), randomRuns(random, shape, n), noise, random);
}

/** The same runs with other losses in some rows. */
export function poisoned(runs: Runs, rows: readonly number[], loss: number): Runs {
  const M = runs.targets.length;
  const losses = Float64Array.from(runs.losses);
  for (const row of rows) losses.fill(loss, row * M, row * M + M);
  return { ...runs, losses };
}

/** Every mixture at each of the given model sizes, with losses that fall with size. */
export function ladder(sizes: readonly number[], mixtures = 12, checkpoints: readonly number[] = [10]): Runs {
  const base = drawnRuns('additive', { n: mixtures, noise: 0 });
  const K = base.domains.length;
  const M = base.targets.length;
  const rows = sizes.flatMap((size, s) =>
    checkpoints.flatMap((tokens) =>
      Array.from({ length: mixtures }, (_, mixture) => ({ size, tokens, mixture, run: s * mixtures + mixture })),
    ),
  );
  const pick = (from: Float64Array, width: number, scale: (row: (typeof rows)[number]) => number): Float64Array =>
    Float64Array.from(
      rows.flatMap((row) =>
        Array.from(from.subarray(row.mixture * width, row.mixture * width + width), (value) => value * scale(row)),
      ),
    );
  return {
    ...base,
    mixtures: pick(base.mixtures, K, () => 1),
    losses: pick(base.losses, M, ({ size, tokens }) => 0.7 + size ** -0.3 + tokens ** -0.3),
    weightSums: Float64Array.from(rows, () => 1),
    modelSizes: Float64Array.from(rows, ({ size }) => size),
    tokens: Float64Array.from(rows, ({ tokens }) => tokens),
    rows: Int32Array.from(rows.keys()),
    runIds: Int32Array.from(rows, ({ run }) => run),
  };
}
