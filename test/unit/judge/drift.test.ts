import assert from 'node:assert/strict';
import { fitLaw } from '../../../src/core/fit/fit';
import { refit, knownFit } from '../../../src/core/judge/refit';
import { predictorOf } from '../../../src/core/fit/predictor';
import type { Fit } from '../../../src/core/fit/types';
import { varianceOfDrifts } from '../../../src/core/judge/drift';
import { blocksOf, uncertaintyOf, type PredictedGain } from '../../../src/core/judge/uncertainty';
import { lawById } from '../../../src/core/laws/registry';
import { Random } from '../../../src/core/random';
import { selectRuns, type Runs } from '../../../src/core/results/runs';
import { fittedFloors, randomRuns, randomTheta, shapeOf } from '../laws/separableSupport';

const K = 5;
const SIZES = [100, 200, 400, 800];
const BEYOND = 6400;
const law = lawById('additive');
const shape = shapeOf(K);
const model = law.build(shape, fittedFloors);
const even = new Float64Array(K).fill(1 / K);

/** A law of the mixture alone, the part of it that a model size loses or wins for each target, and runs that show it. */
class Drifting {
  private readonly theta: Float64Array;
  private readonly base: Float64Array;
  readonly runs: Runs;

  /** @param before, after rates of each target up to the largest of the runs and beyond it, per doubling */
  constructor(
    random: Random,
    private readonly before: readonly number[],
    private readonly after: readonly number[],
    noise: number,
    mixtures = 20,
  ) {
    this.theta = randomTheta(random, model);
    this.base = this.lossesOf(even);
    const drawn = randomRuns(random, shape, mixtures);
    const rows = SIZES.flatMap((size) => Array.from({ length: mixtures }, (_, at) => ({ size, at })));
    const own = (at: number): Float64Array => drawn.mixtures.slice(at * K, at * K + K);
    this.runs = {
      ...drawn,
      mixtures: Float64Array.from(rows.flatMap(({ at }) => [...own(at)])),
      losses: Float64Array.from(
        rows.flatMap(({ size, at }) =>
          this.measured(own(at), size).map((loss) => loss * (1 + noise * random.normal())),
        ),
      ),
      weightSums: Float64Array.from(rows, () => 1),
      modelSizes: Float64Array.from(rows, ({ size }) => size),
      tokens: Float64Array.from(rows, () => 10),
      rows: Int32Array.from(rows.keys()),
      runIds: Int32Array.from(rows.keys()),
    };
  }

  measured(mixture: Float64Array, size: number): number[] {
    const doublings = Math.log2(size / 100);
    const within = Math.min(doublings, 3);
    return [...this.lossesOf(mixture)].map((loss, i) => {
      const kept = 1 - this.before[i]! * within - this.after[i]! * (doublings - within);
      return this.base[i]! * (size / 100) ** -0.05 + kept * (loss - this.base[i]!);
    });
  }

  private lossesOf(mixture: Float64Array): Float64Array {
    const losses = new Float64Array(K);
    model.predict(this.theta, mixture, 1, 1, losses);
    return losses;
  }
}

const gainOf = (runs: Runs, mixture: Float64Array, weights: readonly number[], size: number): PredictedGain =>
  uncertaintyOf(fitLaw(runs, { law: 'additive', starts: 1 }), runs).gain(mixture, even, weights, size, 10, 0.9);

describe('the variance of drifts between targets', () => {
  const all = (error: number, variance: number): { error: number; variance: number }[] =>
    [1, -1, 1, -1].map((sign) => ({ error: sign * error, variance }));

  it('is what the errors have beyond chance', () => {
    assert.ok(Math.abs(varianceOfDrifts(all(0.1, 0)) - 0.01) < 1e-9);
    assert.ok(Math.abs(varianceOfDrifts(all(0.1, 0.004)) - 0.006) < 1e-9);
    assert.equal(varianceOfDrifts(all(0.1, 0.011)), 0);
  });

  it('is not told by a target that knows nothing, nor by two targets', () => {
    const blind = { error: 3, variance: 9 };
    assert.ok(Math.abs(varianceOfDrifts([...all(0.1, 0), blind]) - 0.01) < 0.003);
    assert.equal(varianceOfDrifts(all(0.1, 0).slice(0, 2)), 0);
    assert.equal(varianceOfDrifts([]), 0);
  });
});

describe('differences foretold beyond the runs', () => {
  it('err as those of a fit to the other runs do', () => {
    const { runs } = new Drifting(new Random(3), [0.02, -0.02, 0.01, 0, 0.02], [0, 0, 0, 0, 0], 0.002);
    const fit = fitLaw(runs, { law: 'additive', starts: 1 });
    const errors = blocksOf(fit, runs).map(({ foretold }) => foretold[0]!.error);
    const kept = Array.from(runs.rows.keys()).filter((row) => runs.modelSizes[row]! < 800);
    const without = predictorOf(
      withParameters(fit, refit(selectRuns(runs, kept), fit.options, knownFit(fit)).parameters),
    );
    errors.forEach((error, i) => {
      const truth = slopeAtTop(runs, without.predict.bind(without), i) - 1;
      assert.ok(Math.abs(error - truth) < 0.01, `target ${i}: ${error}, ${truth}`);
    });
    // What was lost in the last doubling is what the runs below did not know of.
    assert.ok(errors[0]! < -0.02 && errors[1]! > 0.02 && errors[4]! < -0.02, errors.join());
  });
});

describe('gains beyond the runs, by a law that drifts', () => {
  const skewed = Float64Array.of(0.4, 0.3, 0.1, 0.1, 0.1);

  it('are less sure than their own drift tells, where other targets drift', () => {
    const still = [0, 0, 0, 0, 0];
    const [steady, others] = [still, [0, 0, 0.08, -0.06, 0.07]].map((rates) => {
      const drifting = new Drifting(new Random(5), rates, rates, 0.002);
      return {
        beyond: gainOf(drifting.runs, skewed, [1, 1, 0, 0, 0], BEYOND),
        within: gainOf(drifting.runs, skewed, [1, 1, 0, 0, 0], 800),
      };
    });
    const width = ({ low, high }: PredictedGain): number => high - low;
    assert.ok(
      width(others!.beyond) > 1.5 * width(steady!.beyond),
      `${width(others!.beyond)}, ${width(steady!.beyond)}`,
    );
    assert.ok(width(others!.within) < 1.2 * width(steady!.within), 'within the runs nothing is added');
    assert.ok(Math.abs(others!.beyond.value / steady!.beyond.value - 1) < 0.1, 'the value is not touched');
  });

  /** Share of gains inside their 90 % intervals, measured by two new runs at eight times the largest model. */
  function coverage(spread: number, sets: number): number {
    const random = new Random(41);
    let [inside, count] = [0, 0];
    for (let set = 0; set < sets; set++) {
      const before = Array.from({ length: K }, () => spread * random.normal());
      const after = before.map((rate) => rate / 2 + Math.sqrt(0.75) * spread * random.normal());
      const drifting = new Drifting(random, before, after, 0.005);
      const uncertainty = uncertaintyOf(
        fitLaw(drifting.runs, { law: 'additive', starts: 1, seed: set + 1 }),
        drifting.runs,
      );
      for (let pair = 0; pair < 6; pair++) {
        const [one, other] = [random.simplex(K), random.simplex(K)];
        const weights = [...random.simplex(K)];
        const weighted = (mixture: Float64Array): number =>
          drifting
            .measured(mixture, BEYOND)
            .reduce((sum, loss, i) => sum + weights[i]! * loss * (1 + 0.005 * random.normal()), 0);
        const { low, high } = uncertainty.gain(one, other, weights, BEYOND, 10, 0.9);
        const measured = weighted(other) - weighted(one);
        if (low <= measured && measured <= high) inside++;
        count++;
      }
    }
    return inside / count;
  }

  for (const [name, spread] of [
    ['a law that is right', 0],
    ['targets that drift apart', 0.04],
  ] as const) {
    it(`are inside their 90 % intervals as often as they should: ${name}`, () => {
      const share = coverage(spread, 40);
      assert.ok(share >= 0.85 && share <= 0.97, `${share}`);
    });
  }
});

const withParameters = (fit: Fit, values: readonly number[]): Fit => ({
  ...fit,
  parameters: fit.parameters.map((parameter, p) => ({ ...parameter, value: values[p]! })),
});

/** Slope of measured on predicted losses of a target over the runs of the largest size. */
function slopeAtTop(
  runs: Runs,
  predict: (mixture: Float64Array, modelSize: number, tokens: number, losses: Float64Array) => void,
  target: number,
): number {
  const losses = new Float64Array(K);
  const pairs = Array.from(runs.rows.keys())
    .filter((row) => runs.modelSizes[row] === 800)
    .map((row) => {
      predict(runs.mixtures.subarray(row * K, row * K + K), 800, 10, losses);
      return [losses[target]!, runs.losses[row * K + target]!] as const;
    });
  const [mx, my] = [0, 1].map((side) => pairs.reduce((sum, pair) => sum + pair[side]!, 0) / pairs.length);
  const xx = pairs.reduce((sum, [x]) => sum + (x - mx!) ** 2, 0);
  return pairs.reduce((sum, [x, y]) => sum + (x - mx!) * (y - my!), 0) / xx;
}
