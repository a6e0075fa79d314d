import assert from 'node:assert/strict';
import { fitLaw } from '../../../src/core/fit/fit';
import { predictorOf } from '../../../src/core/fit/predictor';
import type { Predictor } from '../../../src/core/fit/types';
import { resampledRows } from '../../../src/core/judge/bootstrap';
import { knownFit, refit } from '../../../src/core/judge/refit';
import { lawById } from '../../../src/core/laws/registry';
import { Random } from '../../../src/core/random';
import { feasibleSet } from '../../../src/core/recommend/constraints';
import { proposeRuns, type Decision, type DesignKind } from '../../../src/core/recommend/design';
import { recommend } from '../../../src/core/recommend/recommend';
import { expectedRegret } from '../../../src/core/recommend/regret';
import { selectRuns, type Runs } from '../../../src/core/results/runs';
import { fittedFloors, randomRuns, randomTheta, shapeOf, withLosses } from '../laws/separableSupport';
import { predictorAt } from './support';

const K = 4;
const NEW = 4;
const NOISE = 0.01;
const scale = { modelSize: 200, tokens: 10 };

/** Few noisy runs of a law with random parameters, the decision they leave open, and the truth to judge it by. */
function situation(law: string, seed: number) {
  const random = new Random(seed);
  const shape = shapeOf(K);
  const model = lawById(law).build(shape, fittedFloors);
  const theta = randomTheta(random, model);
  const options = { ...scale, targetWeights: [...random.simplex(K)] };
  const runs = withLosses(model, theta, randomRuns(random, shape, 10), NOISE, random);
  const truth = predictorAt(model, theta);
  const losses = new Float64Array(K);
  const lossOf = (mixture: readonly number[]): number => {
    truth.predict(Float64Array.from(mixture), scale.modelSize, scale.tokens, losses);
    return losses.reduce((sum, loss, i) => sum + options.targetWeights[i]! * loss, 0);
  };
  const least = recommend(truth, options).objective;
  const regretOf = (measured: Runs): number => {
    const fit = fitLaw(measured, { law, starts: 2 });
    return lossOf(recommend(predictorOf(fit), options).mixture) - least;
  };
  const fit = fitLaw(runs, { law, starts: 2 });
  const best = recommend(predictorOf(fit), options);
  const ensemble = Array.from({ length: 30 }, (_, b): Predictor => {
    const { parameters } = refit(selectRuns(runs, resampledRows(runs, 5, b)), fit.options, knownFit(fit));
    return predictorOf({ ...fit, parameters: fit.parameters.map((one, p) => ({ ...one, value: parameters[p]! })) });
  });
  const optima = ensemble.map((one) => recommend(one, { ...options, startAt: best.mixture }).mixture);
  const decision: Decision = { ...options, rivals: [best.mixture, ...optima] };
  const noise = (NOISE * runs.losses.reduce((sum, loss) => sum + loss, 0)) / runs.losses.length;
  /** Regret after the law is fitted again to all runs, over three draws of their noise. */
  const regretAfter = (mixtures: readonly (readonly number[])[]): number => {
    let sum = 0;
    for (let draw = 0; draw < 3; draw++) {
      const planned = { ...randomRuns(new Random(1), shape, NEW), mixtures: Float64Array.from(mixtures.flat()) };
      sum += regretOf(together(runs, withLosses(model, theta, planned, NOISE, new Random(7000 + 10 * seed + draw))));
    }
    return sum / 3;
  };
  const propose = (kind: DesignKind): number[][] =>
    proposeRuns(ensemble, decision, feasibleSet(shape.domains, options), {
      kind,
      runs: NEW,
      ...scale,
      noise,
      seed: 3,
    }).map(({ mixture }) => [...mixture]);
  return { ensemble, decision, noise, propose, regretAfter };
}

function together(one: Runs, other: Runs): Runs {
  const n = one.rows.length + other.rows.length;
  return {
    ...one,
    mixtures: Float64Array.of(...one.mixtures, ...other.mixtures),
    losses: Float64Array.of(...one.losses, ...other.losses),
    weightSums: new Float64Array(n).fill(1),
    modelSizes: new Float64Array(n).fill(scale.modelSize),
    tokens: new Float64Array(n).fill(scale.tokens),
    rows: Int32Array.from({ length: n }, (_, i) => i),
    runIds: Int32Array.from({ length: n }, (_, i) => i),
  };
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

describe('designs for a decision', () => {
  for (const law of ['exponential', 'bimix', 'own-power']) {
    it(`leave less regret than random runs do, as they expect to: ${law}`, () => {
      const measured = { design: [] as number[], random: [] as number[] };
      const expected = { before: [] as number[], design: [] as number[], random: [] as number[] };
      for (let trial = 0; trial < 8; trial++) {
        const { ensemble, decision, noise, propose, regretAfter } = situation(law, 100 + trial);
        const expectedAfter = (mixtures: readonly (readonly number[])[]) =>
          expectedRegret(
            ensemble,
            decision,
            mixtures.map((mixture) => ({ mixture, ...scale })),
            noise,
            1,
          );
        const design = propose('decision');
        measured.design.push(regretAfter(design));
        expected.design.push(expectedAfter(design).after);
        expected.before.push(expectedAfter(design).before);
        for (let other = 0; other < 3; other++) {
          const random = new Random(900 + 10 * trial + other);
          const mixtures = Array.from({ length: NEW }, () => [...random.simplex(K)]);
          measured.random.push(regretAfter(mixtures));
          expected.random.push(expectedAfter(mixtures).after);
        }
      }
      const summary = JSON.stringify({ measured: mapOf(measured), expected: mapOf(expected) });
      assert.ok(mean(measured.design) < 0.9 * mean(measured.random), summary);
      assert.ok(mean(expected.design) < 0.8 * mean(expected.random), summary);
      assert.ok(mean(expected.random) < mean(expected.before), summary);
    });
  }

  const mapOf = (sets: Readonly<Record<string, readonly number[]>>): Record<string, number> =>
    Object.fromEntries(Object.entries(sets).map(([name, values]) => [name, mean(values)]));

  it('propose no mixture twice, whatever the noise', () => {
    const { ensemble, decision } = situation('bimix', 1);
    const noisy = proposeRuns(ensemble, decision, feasibleSet(['a', 'b', 'c', 'd'], scale), {
      kind: 'decision',
      runs: 6,
      ...scale,
      noise: 10,
      seed: 3,
    });
    assert.equal(new Set(noisy.map(({ mixture }) => mixture.join())).size, 6);
  });

  it('expect nothing of runs that noise drowns, and nearly all of the regret gone with many exact ones', () => {
    const { ensemble, decision } = situation('bimix', 2);
    const random = new Random(4);
    const runs = Array.from({ length: 12 }, () => ({ mixture: [...random.simplex(K)], ...scale }));
    const drowned = expectedRegret(ensemble, decision, runs, 1e4, 1);
    assert.ok(drowned.before > 0 && Math.abs(drowned.after / drowned.before - 1) < 0.02);
    assert.ok(expectedRegret(ensemble, decision, runs, 1e-7, 1).after < 0.1 * drowned.before);
  });
});
