import assert from 'node:assert/strict';
import { DenseLinearization } from '../../../src/core/fit/dense';
import { NormalLinearization } from '../../../src/core/fit/normal-equations';
import type { LeastSquaresProblem } from '../../../src/core/fit/optimizer';
import { Random } from '../../../src/core/random';

/** r = A z − b with entries of A drawn at random, columns of very different size. */
function randomProblem(random: Random, n: number, P: number): LeastSquaresProblem {
  const A = Float64Array.from({ length: n * P }, (_, k) => random.normal() * Math.pow(10, (k % P) - P / 2));
  const b = Float64Array.from({ length: n }, () => random.normal());
  const residuals = (z: Float64Array, r: Float64Array): void => {
    for (let k = 0; k < n; k++) {
      r[k] = -b[k]!;
      for (let p = 0; p < P; p++) r[k]! += A[k * P + p]! * z[p]!;
    }
  };
  return {
    parameterCount: P,
    residualCount: n,
    lower: new Float64Array(P).fill(-Infinity),
    upper: new Float64Array(P).fill(Infinity),
    residuals,
    jacobian: (z, r, jacobian) => {
      residuals(z, r);
      jacobian.set(A);
    },
  };
}

describe('normal equations', () => {
  it('gives the gradient, norms, steps and lengths of the QR linearisation', () => {
    const random = new Random(5);
    const P = 6;
    const problem = randomProblem(random, 22, P);
    const z = Float64Array.from({ length: P }, () => random.normal());
    const damping = Float64Array.from({ length: P }, (_, p) => Math.pow(10, 2 * (p - P / 2)) * random.next());
    const held = Uint8Array.from([0, 1, 0, 0, 1, 0]);
    const results = [new DenseLinearization(problem), new NormalLinearization(problem)].map((linearization) => {
      const [gradient, norms, step] = [new Float64Array(P), new Float64Array(P), new Float64Array(P)];
      const sum = linearization.linearize(z, gradient, norms);
      assert.ok(linearization.solve(damping, held, step));
      const matrix = linearization.arrowhead().blocks[0]!.normal;
      return [sum, ...gradient, ...norms, ...step, linearization.squaredLength(step), ...matrix];
    });
    results[0]!.forEach((value, i) => {
      const other = results[1]![i]!;
      assert.ok(Math.abs(value - other) <= 1e-9 * Math.abs(value), `${i}: ${value} and ${other}`);
    });
  });

  it('refuses a singular system', () => {
    const problem = randomProblem(new Random(6), 2, 3);
    const linearization = new NormalLinearization(problem);
    const [gradient, norms, step] = [new Float64Array(3), new Float64Array(3), new Float64Array(3)];
    linearization.linearize(new Float64Array(3), gradient, norms);
    assert.equal(linearization.solve(new Float64Array(3).fill(-1e-3), new Uint8Array(3), step), false);
  });
});
