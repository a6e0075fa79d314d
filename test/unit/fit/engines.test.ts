import assert from 'node:assert/strict';
import { engines } from '../../../src/core/fit/engines';
import { defaultOptimizerOptions } from '../../../src/core/fit/optimizer';
import type { LeastSquaresProblem, OptimizerOptions } from '../../../src/core/fit/optimizer';
import { fitLaw } from '../../../src/core/fit/fit';
import type { EngineId } from '../../../src/core/fit/types';
import { drawnRuns } from '../judge/support';

const ids = Object.keys(engines) as EngineId[];
const unbounded: readonly [number, number][] = [];

/** r_k(z) and ∂r_k/∂z as functions; bounds by parameter, none where absent. */
function problemOf(
  parameterCount: number,
  residualsAt: (z: readonly number[]) => number[],
  slopesAt: (z: readonly number[]) => number[][],
  bounds: readonly (readonly [number, number])[] = unbounded,
): LeastSquaresProblem & { readonly outside: () => number } {
  let outside = 0;
  const lower = Float64Array.from({ length: parameterCount }, (_, p) => bounds[p]?.[0] ?? -Infinity);
  const upper = Float64Array.from({ length: parameterCount }, (_, p) => bounds[p]?.[1] ?? Infinity);
  const seen = (z: Float64Array): number[] => {
    if (z.some((value, p) => value < lower[p]! || value > upper[p]!)) outside++;
    return Array.from(z);
  };
  const residualCount = residualsAt(Array.from({ length: parameterCount }, (_, p) => bounds[p]?.[0] ?? 1)).length;
  return {
    parameterCount,
    residualCount,
    lower,
    upper,
    residuals: (z, r) => r.set(residualsAt(seen(z))),
    jacobian: (z, r, jacobian) => {
      r.set(residualsAt(seen(z)));
      jacobian.set(slopesAt(Array.from(z)).flat());
    },
    outside: () => outside,
  };
}

/** y = A·x^−b + E at x = 1 … 12, with residuals that are not zero at the optimum. */
function powerLaw(bounds: readonly (readonly [number, number])[] = unbounded) {
  const x = Array.from({ length: 12 }, (_, k) => k + 1);
  const y = x.map((at, k) => 2 * at ** -0.6 + 1.5 + 0.01 * Math.sin(7 * k));
  return problemOf(
    3,
    ([A, b, E]) => x.map((at, k) => A! * at ** -b! + E! - y[k]!),
    ([A, b]) => x.map((at) => [at ** -b!, -A! * Math.log(at) * at ** -b!, 1]),
    bounds,
  );
}

/** Rosenbrock's valley: r = (10(z₂ − z₁²), 1 − z₁). */
const valley = (bounds = unbounded) =>
  problemOf(
    2,
    ([a, b]) => [10 * (b! - a! * a!), 1 - a!],
    ([a]) => [
      [-20 * a!, 10],
      [-1, 0],
    ],
    bounds,
  );

const near = (found: ArrayLike<number>, expected: readonly number[], tolerance: number): void =>
  expected.forEach((value, p) =>
    assert.ok(Math.abs(found[p]! - value) <= tolerance * Math.max(1, Math.abs(value)), `${p}: ${found[p]}, ${value}`),
  );

const tight: OptimizerOptions = {
  maxIterations: 2000,
  objectiveTolerance: 1e-15,
  stepTolerance: 1e-14,
  gradientTolerance: 1e-13,
};

describe('engines', () => {
  it('find the same optimum of a power law', () => {
    const start = Float64Array.from([1, 0.3, 1]);
    const [ours, theirs] = ids.map((id) => engines[id].minimize(powerLaw(), start, tight));
    near(ours!.z, Array.from(theirs!.z), 1e-6);
    near([ours!.sumOfSquares], [theirs!.sumOfSquares], 1e-12);
  });

  it('find the same optimum of Eq. 1', () => {
    const runs = drawnRuns('quantization', { K: 3, n: 40, noise: 0.002 });
    const options = { law: 'quantization', starts: 4, prior: 0.01, maxIterations: 3000 } as const;
    const [ours, theirs] = ids.map((engine) => fitLaw(runs, { ...options, engine }));
    near([ours!.minimised], [theirs!.minimised], 1e-6);
    near(
      ours!.parameters.map(({ value }) => value),
      theirs!.parameters.map(({ value }) => value),
      1e-4,
    );
    near([ours!.metrics.train.all.mre], [theirs!.metrics.train.all.mre], 1e-6);
  });

  for (const id of ids) {
    describe(id, () => {
      const { minimize } = engines[id];

      it('follows a curved valley to its end', () => {
        const { z, sumOfSquares } = minimize(valley(), Float64Array.from([-1.2, 1]), tight);
        near(z, [1, 1], 1e-6);
        assert.ok(sumOfSquares < 1e-12);
      });

      it('respects bounds at every evaluation, and finds the optimum on them', () => {
        // Known: with z₁ ≤ 0.5 the valley's floor is z₂ = z₁², the optimum (0.5, 0.25) with Σr² = 0.25.
        const problem = valley([
          [-2, 0.5],
          [-2, 2],
        ]);
        const { z, sumOfSquares } = minimize(problem, Float64Array.from([-1.2, 1]), tight);
        near(z, [0.5, 0.25], 1e-6);
        near([sumOfSquares], [0.25], 1e-9);
        assert.equal(problem.outside(), 0);
      });

      it('puts a start outside the bounds onto them, and leaves the array of the caller as it was', () => {
        const start = Float64Array.from([9, -9, 9]);
        const problem = powerLaw([
          [0, 3],
          [0, 2],
          [0, 3],
        ]);
        const { z } = minimize(problem, start, tight);
        assert.equal(problem.outside(), 0);
        assert.deepEqual(Array.from(start), [9, -9, 9]);
        assert.ok(z.every((value, p) => value >= problem.lower[p]! && value <= problem.upper[p]!));
      });

      it('is never worse than its start, whatever the number of iterations', () => {
        for (const maxIterations of [1, 2, 5, 20]) {
          const start = Float64Array.from([-1.2, 1]);
          const { sumOfSquares } = minimize(valley(), start, { ...tight, maxIterations });
          assert.ok(sumOfSquares <= 24.2 + 1e-9);
        }
      });

      it('says that the iterations were used up', () => {
        const { stop, iterations } = minimize(valley(), Float64Array.from([-1.2, 1]), { ...tight, maxIterations: 3 });
        assert.equal(stop, 'iterations');
        assert.ok(iterations <= 3);
      });

      it('gives the same bytes for the same problem', () => {
        const run = () => minimize(powerLaw(), Float64Array.from([1, 0.3, 1]), tight);
        assert.deepEqual(run(), run());
      });

      it('comes back with its best point when steps lead to numbers that are not finite', () => {
        // √z is no number below 0, where the first full step leads: r = (√z − 0.01, 0).
        const problem = problemOf(
          1,
          ([a]) => [Math.sqrt(a!) - 0.01, 0],
          ([a]) => [[0.5 / Math.sqrt(a!)], [0]],
        );
        const { z, sumOfSquares } = minimize(problem, Float64Array.from([4]), tight);
        assert.ok(Number.isFinite(z[0]!) && z[0]! > 0);
        assert.ok(Number.isFinite(sumOfSquares) && sumOfSquares <= 1.99 ** 2 + 1e-12);
      });

      it('does not fail where a parameter has no effect, or residuals overflow', () => {
        const idle = problemOf(
          2,
          ([a]) => [a! - 2, a! - 4],
          () => [
            [1, 0],
            [1, 0],
          ],
        );
        near(minimize(idle, Float64Array.from([0, 5]), tight).z, [3, 5], 1e-6);
        const steep = problemOf(
          1,
          ([a]) => [Math.exp(a!) - 1],
          ([a]) => [[Math.exp(a!)]],
        );
        const { z } = minimize(steep, Float64Array.from([-30]), tight);
        assert.ok(Number.isFinite(z[0]!));
      });
    });
  }
});

describe('our engine', () => {
  const { minimize } = engines.mixlaw;
  const start = Float64Array.from([1, 0.3, 1]);

  it('stops for the reason that comes first', () => {
    const none = { objectiveTolerance: 0, stepTolerance: 0, gradientTolerance: 0, maxIterations: 500 };
    assert.equal(minimize(powerLaw(), start, { ...none, gradientTolerance: 1e-4 }).stop, 'gradient');
    assert.equal(minimize(powerLaw(), start, { ...none, objectiveTolerance: 1e-6 }).stop, 'objective');
    assert.equal(minimize(powerLaw(), start, { ...none, stepTolerance: 1e-3 }).stop, 'step');
    assert.equal(minimize(powerLaw(), start, { ...none, maxIterations: 2 }).stop, 'iterations');
    assert.equal(minimize(valley(), Float64Array.from([1, 1]), none).stop, 'gradient');
  });

  it('says that it stalled where it cannot even begin', () => {
    const nowhere = problemOf(
      1,
      () => [Number.NaN],
      () => [[1]],
    );
    assert.equal(minimize(nowhere, Float64Array.from([1]), defaultOptimizerOptions).stop, 'stalled');
  });

  it('does not mind the units of parameters', () => {
    const scaled = (unit: readonly number[]): LeastSquaresProblem => {
      const base = powerLaw();
      const inner = (z: Float64Array): Float64Array => z.map((value, p) => value * unit[p]!);
      return {
        ...base,
        residuals: (z, r) => base.residuals(inner(z), r),
        jacobian: (z, r, jacobian) => {
          base.jacobian(inner(z), r, jacobian);
          for (let k = 0; k < jacobian.length; k++) jacobian[k]! *= unit[k % 3]!;
        },
      };
    };
    const unit = [1e6, 1e-5, 1e3];
    const plain = minimize(powerLaw(), start, tight);
    const other = minimize(
      scaled(unit),
      start.map((value, p) => value / unit[p]!),
      tight,
    );
    near(
      other.z.map((value, p) => value * unit[p]!),
      Array.from(plain.z),
      1e-8,
    );
    assert.ok(Math.abs(other.iterations - plain.iterations) <= 2);
  });
});

describe('a search with a pace', () => {
  /** r = (1, 1/(1 + z)): falls for ever, ever more slowly, towards Σ r² = 1. */
  const slope = problemOf(
    1,
    ([z]) => [1, 1 / (1 + z!)],
    ([z]) => [[0], [-1 / (1 + z!) ** 2]],
    [[0, 1e12]],
  );
  const search = (start: number, pace?: number) =>
    engines.mixlaw.minimize(slope, Float64Array.of(start), {
      ...defaultOptimizerOptions,
      objectiveTolerance: 1e-15,
      ...(pace === undefined ? {} : { pace }),
    });

  it('is left when it falls more slowly than that, and can be gone on with', () => {
    const whole = search(0);
    assert.notEqual(whole.stop, 'outrun');
    const [left, later] = [search(0, 1e-2), search(0, 1e-4)];
    for (const { stop, iterations } of [left, later]) {
      assert.equal(stop, 'outrun');
      assert.ok(iterations < whole.iterations);
    }
    assert.ok(later.iterations > left.iterations);
    assert.ok(left.sumOfSquares > later.sumOfSquares && left.sumOfSquares < 1.01);
    near([search(left.z[0]!).sumOfSquares], [whole.sumOfSquares], 1e-9);
  });
});
