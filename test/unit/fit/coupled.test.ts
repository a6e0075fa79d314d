import assert from 'node:assert/strict';
import { EigenvalueDecomposition, Matrix, inverse } from 'ml-matrix';
import { ArrowheadFactor, denseArrowhead } from '../../../src/core/fit/arrowhead';
import type { Arrowhead } from '../../../src/core/fit/arrowhead';
import { CoupledLinearization } from '../../../src/core/fit/coupled';
import { entriesOf, shapeOf } from '../../../src/core/fit/data';
import { DenseLinearization } from '../../../src/core/fit/dense';
import type { Linearization } from '../../../src/core/fit/optimizer';
import { completeOptions } from '../../../src/core/fit/options';
import { LawProblem } from '../../../src/core/fit/problem';
import { lawById } from '../../../src/core/laws/registry';
import { Random } from '../../../src/core/random';
import type { Runs } from '../../../src/core/results/runs';

const K = 5;

/** 24 runs of five domains and a sixth target without one; a third of the weights 0, some losses missing, N and D vary. */
function runsOf(strangers: number): Runs {
  const random = new Random(4);
  const n = 24;
  const M = K + strangers;
  const domains = Array.from({ length: K }, (_, j) => `d${j}`);
  const mixtures = new Float64Array(n * K);
  for (let r = 0; r < n; r++) {
    const h = random.simplex(K).map((weight, j) => (j > 0 && random.next() < 1 / 3 ? 0 : weight));
    const sum = h.reduce((a, b) => a + b, 0);
    mixtures.set(
      h.map((weight) => weight / sum),
      r * K,
    );
  }
  const pick = (values: readonly number[]) =>
    Float64Array.from({ length: n }, () => values[random.below(values.length)]!);
  return {
    domains,
    targets: [...domains, ...Array.from({ length: strangers }, (_, i) => `stranger${i}`)],
    targetDomain: [...domains.keys(), ...Array.from({ length: strangers }, () => -1)],
    mixtures,
    weightSums: new Float64Array(n).fill(1),
    losses: Float64Array.from({ length: n * M }, () => (random.next() < 0.1 ? Number.NaN : random.uniform(2, 3))),
    modelSizes: pick([100, 300]),
    tokens: pick([5, 20]),
    rows: Int32Array.from({ length: n }, (_, r) => r),
    runIds: Int32Array.from({ length: n }, (_, r) => r),
    lossKind: 'nats',
  };
}

/** Every five rows made checkpoints of one run: the same mixture and model size, other tokens. */
function asCheckpoints(runs: Runs): Runs {
  const first = (r: number): number => r - (r % 5);
  return {
    ...runs,
    mixtures: runs.mixtures.map((_, at) => runs.mixtures[first(Math.floor(at / K)) * K + (at % K)]!),
    modelSizes: runs.modelSizes.map((_, r) => runs.modelSizes[first(r)]!),
    tokens: runs.tokens.map((_, r) => 5 + r),
  };
}

function problemOf(
  law: string,
  options: object,
  strangers = 0,
  checkpoints = false,
): { problem: LawProblem; z: Float64Array } {
  const runs = checkpoints ? asCheckpoints(runsOf(strangers)) : runsOf(strangers);
  const complete = completeOptions({ law, ...options });
  const model = lawById(law).build(shapeOf(runs), complete);
  const problem = new LawProblem(model, entriesOf(runs, complete.mask), complete);
  return { problem, z: problem.fromTheta(model.start(new Random(2), runs)) };
}

function toDense({ blocks, shared, sharedNormal }: Arrowhead, P: number): Float64Array {
  const dense = new Float64Array(P * P);
  const s = shared.length;
  for (const { parameters, normal, border } of blocks) {
    parameters.forEach((p, k) => {
      parameters.forEach((q, j) => (dense[p * P + q] = normal[k * parameters.length + j]!));
      shared.forEach((q, j) => (dense[p * P + q] = dense[q * P + p] = border[k * s + j]!));
    });
  }
  shared.forEach((p, k) => shared.forEach((q, j) => (dense[p * P + q] = sharedNormal[k * s + j]!)));
  return dense;
}

function assertSame(one: ArrayLike<number>, other: ArrayLike<number>, tolerance: number, what: string): void {
  const scale = Array.from(other).reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  assert.equal(one.length, other.length);
  for (let k = 0; k < one.length; k++) {
    assert.ok(Math.abs(one[k]! - other[k]!) <= tolerance * scale, `${what}[${k}]: ${one[k]} and ${other[k]}`);
  }
}

describe('coupled normal equations', () => {
  const cases: readonly (readonly [string, object, number])[] = [
    ['quantization', {}, 0],
    ['quantization', { loss: 'squared', prior: 0, minAllocation: 0.3 }, 0],
    ['linear-regression', { mask: 'positive' }, 0],
    ['linear-regression', { minWeight: 1e-3, prior: 0.1 }, 0],
    ['overlap', {}, 0],
    ['overlap', { prior: 0.1 }, 1],
  ];
  const both = cases.flatMap((one) => [false, true].map((checkpoints) => [...one, checkpoints] as const));
  for (const [law, options, strangers, checkpoints] of both) {
    const rows = checkpoints ? 'checkpoints' : 'runs';
    it(`${law} ${JSON.stringify(options)}, ${rows}: as the dense Jacobian gives them`, () => {
      const { problem, z } = problemOf(law, options, strangers, checkpoints);
      assert.equal(problem.again.includes(1), checkpoints);
      const P = problem.parameterCount;
      const random = new Random(9);
      const damping = Float64Array.from({ length: P }, () => random.uniform(0.01, 1));
      const held = Uint8Array.from({ length: P }, () => (random.next() < 0.2 ? 1 : 0));
      const coupled = problem.linearization!();
      assert.ok(coupled instanceof CoupledLinearization);
      const linearized = (linearization: Linearization): Linearized => {
        const [gradient, norms, step] = [new Float64Array(P), new Float64Array(P), new Float64Array(P)];
        const sum = linearization.linearize(z, gradient, norms);
        assert.ok(linearization.solve(damping, held, step));
        assert.ok(held.every((isHeld, p) => isHeld === 0 || step[p] === 0));
        const matrix = toDense(linearization.arrowhead(), P);
        return {
          sums: [sum, linearization.sumOfSquares(z), linearization.squaredLength(step)],
          gradient,
          norms,
          step,
          matrix,
        };
      };
      const [one, other] = [linearized(coupled), linearized(new DenseLinearization(problem))];
      assertSame(one.sums, other.sums, 1e-11, 'sums');
      assertSame(one.gradient, other.gradient, 1e-11, 'gradient');
      assertSame(one.norms, other.norms, 1e-11, 'column norms');
      assertSame(one.step, other.step, 1e-8, 'step');
      assertSame(one.matrix, other.matrix, 1e-11, 'JᵀJ');
    });
  }

  it('tell rank, condition and covariance as the dense matrix does', () => {
    const { problem, z } = problemOf('linear-regression', { prior: 0.1 });
    const P = problem.parameterCount;
    const [gradient, norms] = [new Float64Array(P), new Float64Array(P)];
    const coupled = problem.linearization!();
    coupled.linearize(z, gradient, norms);
    const unit = norms.map((norm) => 1 / Math.sqrt(norm));
    const keep = new Uint8Array(P).fill(1);
    keep[3] = keep[P - 1] = keep[2 * K + 1] = 0;
    const kept = Array.from(keep.keys()).filter((p) => keep[p] === 1);
    const factor = new ArrowheadFactor(coupled.arrowhead(), unit, keep);
    const dense = toDense(coupled.arrowhead(), P);
    const scaled = new Matrix(kept.map((p) => kept.map((q) => dense[p * P + q]! * unit[p]! * unit[q]!)));
    assert.equal(factor.rank, kept.length);
    const eigenvalues = new EigenvalueDecomposition(scaled, { assumeSymmetric: true }).realEigenvalues;
    const condition = Math.sqrt(Math.max(...eigenvalues) / Math.min(...eigenvalues));
    assert.ok(Math.abs(factor.condition() / condition - 1) < 0.05, `${factor.condition()} and ${condition}`);
    const covariance = inverse(scaled);
    const told = new Set<number>();
    for (const { parameters, matrix } of factor.covariances()) {
      parameters.forEach((p, k) => {
        told.add(p);
        parameters.forEach((q, j) => {
          const expected = covariance.get(kept.indexOf(p), kept.indexOf(q));
          assert.ok(Math.abs(matrix[k * parameters.length + j]! - expected) <= 1e-7 * covariance.max(), `${p}, ${q}`);
        });
      });
    }
    assert.deepEqual(
      [...told].sort((a, b) => a - b),
      kept,
    );
  });

  it('count the rank of parts that depend on each other', () => {
    // Columns: x, y, x + y and one that is 0.
    const dense = Float64Array.of(1, 0, 1, 0, 0, 1, 1, 0, 1, 1, 2, 0, 0, 0, 0, 0);
    const unit = Float64Array.of(1, 1, Math.SQRT1_2, 0);
    assert.equal(new ArrowheadFactor(denseArrowhead(dense, 4), unit, new Uint8Array(4).fill(1)).rank, 2);
    const split: Arrowhead = {
      blocks: [
        { parameters: Int32Array.of(0, 3), normal: Float64Array.of(1, 0, 0, 0), border: Float64Array.of(0, 1, 0, 0) },
      ],
      shared: Int32Array.of(1, 2),
      sharedNormal: Float64Array.of(1, 1, 1, 2),
    };
    assert.equal(new ArrowheadFactor(split, unit, new Uint8Array(4).fill(1)).rank, 2);
  });
});

interface Linearized {
  readonly sums: readonly number[];
  readonly gradient: Float64Array;
  readonly norms: Float64Array;
  readonly step: Float64Array;
  readonly matrix: Float64Array;
}
