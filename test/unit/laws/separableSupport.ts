import assert from 'node:assert/strict';
import { fitLaw } from '../../../src/core/fit/fit';
import { predictorOf } from '../../../src/core/fit/predictor';
import { Random } from '../../../src/core/random';
import type { Law, LawModel, LawOptions, LawShape } from '../../../src/core/laws/law';
import type { Runs } from '../../../src/core/results/runs';
import { checkMixtureHessian } from '../support/gradients';

export const fittedFloors: LawOptions = { minAllocation: 'fitted', minWeight: 'fitted' };

/** A shape of K domains whose targets are the domains, plus `orphans` targets without one. */
export function shapeOf(K: number, varies: { N?: boolean; D?: boolean } = {}, orphans = 0): LawShape {
  const domains = Array.from({ length: K }, (_, i) => `domain${i}`);
  return {
    domains,
    targets: [...domains, ...Array.from({ length: orphans }, (_, i) => `orphan${i}`)],
    targetDomain: [...domains.map((_, i) => i), ...Array.from({ length: orphans }, () => -1)],
    modelSizeVaries: varies.N ?? false,
    tokensVary: varies.D ?? false,
  };
}

/** n runs of random mixtures (a third of the weights zero when asked) at random scales, without losses. */
export function randomRuns(random: Random, shape: LawShape, n: number, zeros = false): Runs {
  const K = shape.domains.length;
  const mixtures = new Float64Array(n * K);
  for (let row = 0; row < n; row++) mixtures.set(randomMixture(random, K, zeros), row * K);
  const column = (value: () => number) => Float64Array.from({ length: n }, value);
  return {
    domains: shape.domains,
    targets: shape.targets,
    targetDomain: shape.targetDomain,
    mixtures,
    weightSums: column(() => 1),
    losses: new Float64Array(n * shape.targets.length).fill(NaN),
    modelSizes: column(() => (shape.modelSizeVaries ? [100, 300, 1000][random.below(3)]! : 200)),
    tokens: column(() => (shape.tokensVary ? [2, 5, 10, 20][random.below(4)]! : 10)),
    rows: Int32Array.from({ length: n }, (_, i) => i),
    runIds: Int32Array.from({ length: n }, (_, i) => i),
    lossKind: 'nats',
  };
}

export function randomMixture(random: Random, K: number, zeros: boolean): Float64Array {
  const mixture = random.simplex(K);
  if (zeros) for (let j = 1; j < K; j++) if (random.next() < 1 / 3) mixture[j] = 0;
  const sum = mixture.reduce((total, h) => total + h, 0);
  return mixture.map((h) => h / sum);
}

/** Fills in the losses the model predicts at θ, times 1 + noise·N(0, 1). */
export function withLosses(model: LawModel, theta: Float64Array, runs: Runs, noise: number, random: Random): Runs {
  const { domains, targets } = runs;
  const losses = new Float64Array(runs.rows.length * targets.length);
  const row = new Float64Array(targets.length);
  for (let r = 0; r < runs.rows.length; r++) {
    const mixture = runs.mixtures.subarray(r * domains.length, (r + 1) * domains.length);
    model.predict(theta, mixture, runs.modelSizes[r]!, runs.tokens[r]!, row);
    for (let i = 0; i < row.length; i++) losses[r * row.length + i] = row[i]! * (1 + noise * random.normal());
  }
  return { ...runs, losses };
}

/** A point θ inside the bounds, near a start of the model on plausible losses. */
export function randomTheta(random: Random, model: LawModel): Float64Array {
  const runs = randomRuns(random, model.shape, 8);
  for (let i = 0; i < runs.losses.length; i++) runs.losses[i] = random.uniform(2, 4);
  return model.start(random, runs);
}

/**
 * Checks both Jacobians and the Hessian of a law against central differences at random points: K = 2, 3 and 7, with and without N and D,
 * with and without zero weights, fitted and fixed floors.
 */
export function checkGradients(law: Law, orphans: boolean): void {
  const random = new Random(7);
  for (const K of [2, 3, 7])
    for (const varies of [{}, { N: true }, { D: true }, { N: true, D: true }])
      for (const zeros of [false, true])
        for (const minWeight of ['fitted', 0.001] as const) {
          const shape = shapeOf(K, varies, orphans ? 2 : 0);
          if (law.unavailable(shape) !== undefined) continue;
          const model = law.build(shape, { ...fittedFloors, minWeight });
          for (let trial = 0; trial < 3; trial++) checkAt(model, random, randomMixture(random, K, zeros));
        }
}

function checkAt(model: LawModel, random: Random, mixture: Float64Array): void {
  const { domains, targets } = model.shape;
  const K = domains.length;
  const M = targets.length;
  const P = model.parameters.length;
  const theta = randomTheta(random, model);
  const [modelSize, tokens] = [random.uniform(50, 3000), random.uniform(1, 100)];
  const losses = new Float64Array(M);
  const byParameter = new Float64Array(M * P).fill(NaN);
  const byMixture = new Float64Array(M * K).fill(NaN);
  const again = new Float64Array(M);
  model.predict(theta, mixture, modelSize, tokens, losses);
  model.parameterJacobian(theta, mixture, modelSize, tokens, again, byParameter);
  assert.deepEqual(again, losses);
  model.mixtureJacobian(theta, mixture, modelSize, tokens, again, byMixture);
  assert.deepEqual(again, losses);
  for (const value of [...losses, ...byParameter, ...byMixture]) assert.ok(Number.isFinite(value));

  const compare = (at: Float64Array, p: number, jacobian: Float64Array, width: number, name: string): void => {
    const kept = at[p]!;
    const step = 1e-4 * Math.max(Math.abs(kept), 1e-3);
    const values = [-2, -1, 1, 2].map((k) => {
      at[p] = kept + k * step;
      const out = new Float64Array(M);
      model.predict(theta, mixture, modelSize, tokens, out);
      return out;
    });
    at[p] = kept;
    for (let i = 0; i < M; i++) {
      const [a, b, c, d] = values.map((out) => out[i]!) as [number, number, number, number];
      const difference = (a - 8 * b + 8 * c - d) / (12 * step);
      const exact = jacobian[i * width + p]!;
      const rounding = (1e-13 * Math.abs(losses[i]!)) / step;
      const error = Math.abs(exact - difference);
      assert.ok(
        error <= 1e-6 * Math.abs(exact) + rounding,
        `${name}, target ${i}: ${exact}, differences ${difference}`,
      );
    }
  };
  for (let p = 0; p < P; p++) compare(theta, p, byParameter, P, model.parameters[p]!.name);
  checkMixtureHessian(
    model,
    theta,
    mixture.map((h) => (h > 1e-3 ? h : 0)),
    modelSize,
    tokens,
  );
  // A weight of exactly 0 has no two-sided difference.
  for (let j = 0; j < K; j++) if (mixture[j]! > 1e-3) compare(mixture, j, byMixture, K, `h_${j}`);
}

/** Names are unique and bounds hold every start. */
export function checkNames(law: Law): void {
  const shape = shapeOf(4, { N: true, D: true });
  const model = law.build(shape, fittedFloors);
  const names = model.parameters.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  const theta = randomTheta(new Random(3), model);
  assert.equal(theta.length, names.length);
  model.parameters.forEach(({ lower, upper, unit, name }, p) => {
    assert.ok(lower < upper && theta[p]! >= lower && theta[p]! <= upper, name);
    assert.notEqual(unit, '');
  });
  assert.notDeepEqual(randomTheta(new Random(4), model), theta);
}

/**
 * Draws 120 runs from the law with known parameters and 0.3 % noise, fits them from 4 starts with the defaults, and
 * compares its predictions for 60 new mixtures with the noiseless truth: the error must stay below the noise.
 */
export function checkRecovery(law: Law, varies: { N?: boolean; D?: boolean }): void {
  const noise = 0.003;
  const random = new Random(11);
  const shape = shapeOf(4, varies);
  const model = law.build(shape, fittedFloors);
  const truth = randomTheta(random, model);
  const runs = withLosses(model, truth, randomRuns(random, shape, 120), noise, random);
  const predictor = predictorOf(fitLaw(runs, { law: law.id, starts: 4 }));
  const fresh = withLosses(model, truth, randomRuns(random, shape, 60), 0, random);
  const losses = new Float64Array(shape.targets.length);
  let error = 0;
  for (let row = 0; row < 60; row++) {
    const mixture = fresh.mixtures.subarray(row * 4, row * 4 + 4);
    predictor.predict(mixture, fresh.modelSizes[row]!, fresh.tokens[row]!, losses);
    losses.forEach((loss, i) => (error += Math.abs(loss / fresh.losses[row * losses.length + i]! - 1)));
  }
  error /= 60 * losses.length;
  assert.ok(error < noise, `${law.id}: mean relative error ${error} with noise ${noise}`);
}
