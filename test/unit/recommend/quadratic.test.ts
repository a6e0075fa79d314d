import assert from 'node:assert/strict';
import fc from 'fast-check';
import { solveQuadratic } from '../../../src/core/recommend/quadratic';
import type { LinearConstraint } from '../../../src/core/recommend/quadratic';
import { Random } from '../../../src/core/random';

const row = (...values: number[]): Float64Array => Float64Array.from(values);
const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
};

function randomProblem(seed: number, n: number, m: number) {
  const random = new Random(seed);
  const A = Array.from({ length: n * n }, () => random.normal());
  const G = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      for (let k = 0; k < n; k++) G[i * n + j]! += A[i * n + k]! * A[j * n + k]!;
      if (i === j) G[i * n + j]! += 0.1;
    }
  const g = Float64Array.from({ length: n }, () => 3 * random.normal());
  const inside = Float64Array.from(random.simplex(n));
  const constraints: LinearConstraint[] = [{ normal: new Float64Array(n).fill(1), bound: 1, equality: true }];
  for (let c = 0; c < m; c++) {
    const normal = Float64Array.from({ length: n }, () => random.normal());
    constraints.push({ normal, bound: dot(normal, inside) - 0.05 * random.next(), equality: false });
  }
  for (let j = 0; j < n; j++) {
    const normal = new Float64Array(n);
    normal[j] = 1;
    constraints.push({ normal, bound: 0, equality: false });
  }
  return { G, g, constraints };
}

describe('quadratic program', () => {
  it('solves the textbook example of the nearest point on the simplex', () => {
    // min ½|x − (1.2, 0.4, −0.1)|² on the simplex: (0.9, 0.1, 0) by the sorting rule.
    const result = solveQuadratic(row(1, 0, 0, 0, 1, 0, 0, 0, 1), row(-1.2, -0.4, 0.1), [
      { normal: row(1, 1, 1), bound: 1, equality: true },
      { normal: row(1, 0, 0), bound: 0, equality: false },
      { normal: row(0, 1, 0), bound: 0, equality: false },
      { normal: row(0, 0, 1), bound: 0, equality: false },
    ]);
    assert.ok(result.feasible);
    [0.9, 0.1, 0].forEach((v, i) => assert.ok(Math.abs(result.x[i]! - v) < 1e-14));
  });

  it('satisfies the Karush–Kuhn–Tucker conditions on random problems', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 2, max: 12 }), fc.nat(8), (seed, n, m) => {
        const { G, g, constraints } = randomProblem(seed, n, m);
        const result = solveQuadratic(G, g, constraints);
        assert.ok(result.feasible);
        const { x, multipliers } = result;
        constraints.forEach((c, p) => {
          const slack = dot(c.normal, x) - c.bound;
          assert.ok(c.equality ? Math.abs(slack) < 1e-10 : slack > -1e-10, `constraint ${p} violated by ${slack}`);
          if (!c.equality) {
            assert.ok(multipliers[p]! >= -1e-10);
            assert.ok(Math.abs(multipliers[p]! * slack) < 1e-8);
          }
        });
        for (let i = 0; i < n; i++) {
          let residual = g[i]! + dot(G.subarray(i * n, i * n + n), x);
          constraints.forEach((c, p) => (residual -= multipliers[p]! * c.normal[i]!));
          assert.ok(Math.abs(residual) < 1e-8, `stationarity ${residual}`);
        }
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  it('names constraints that cannot hold together', () => {
    const result = solveQuadratic(row(1, 0, 0, 1), row(0, 0), [
      { normal: row(1, 1), bound: 1, equality: true },
      { normal: row(1, 0), bound: 0.7, equality: false },
      { normal: row(0, 1), bound: 0.6, equality: false },
    ]);
    assert.equal(result.feasible, false);
    assert.deepEqual(result.feasible === false && result.conflict, [0, 1, 2]);
  });

  it('refuses an indefinite Hessian', () => {
    assert.equal(solveQuadratic(row(1, 0, 0, -1), row(0, 0), []).feasible, undefined);
  });
});
