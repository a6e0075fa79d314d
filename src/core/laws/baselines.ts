import { rowCount, type Runs } from '../results/runs';

/** What a baseline says about held-out rows. */
export interface BaselinePrediction {
  /** Shape [n × M], row-major; NaN where the baseline does not say. */
  readonly losses: Float64Array;
  /** What it ranks the rows by, lower is better; undefined: by its predicted losses. Length n. */
  readonly scores?: Float64Array;
}

/** A prediction without a law. Every comparison shows them: a law that does not beat them is not worth its parameters. */
export interface Baseline {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /**
   * @param train rows it may learn from
   * @param carried rows of smaller scales it may carry over, beside `train`
   * @param rows what to predict; their losses are not looked at
   */
  predict(train: Runs, carried: Runs, rows: Runs): BaselinePrediction;
}

const meanOfTraining: Baseline = {
  id: 'mean',
  title: 'Mean of the training rows',
  description: 'Predicts the mean training loss of each target for every mixture; ranks nothing.',
  predict(train, _carried, rows) {
    const M = rows.targets.length;
    const means = Array.from({ length: M }, (_, target) => {
      let sum = 0;
      let count = 0;
      for (let row = 0; row < rowCount(train); row++) {
        const loss = train.losses[row * M + target]!;
        if (Number.isNaN(loss)) continue;
        sum += loss;
        count++;
      }
      return sum / count;
    });
    return { losses: Float64Array.from({ length: rowCount(rows) * M }, (_, entry) => means[entry % M]!) };
  },
};

const carriedOver: Baseline = {
  id: 'carried-over',
  title: 'Carried over from the smaller scale',
  description:
    'Predicts the loss measured for the same mixture at the largest smaller model size (its last checkpoint up to the same ' +
    'number of tokens). How a ladder of scales is used without any law; says nothing about mixtures not run before.',
  predict(train, carried, rows) {
    const M = rows.targets.length;
    const losses = new Float64Array(rowCount(rows) * M).fill(NaN);
    for (let row = 0; row < rowCount(rows); row++) {
      const source = largestScale(rows, row, [train, carried]);
      if (source) losses.set(source.runs.losses.subarray(source.row * M, source.row * M + M), row * M);
    }
    return { losses };
  },
};

/** The row with the same mixture, a smaller model, at most the same tokens, and the most parameters, then tokens. */
function largestScale(rows: Runs, row: number, from: readonly Runs[]): { runs: Runs; row: number } | undefined {
  const K = rows.domains.length;
  let best: { runs: Runs; row: number } | undefined;
  for (const runs of from)
    for (let other = 0; other < rowCount(runs); other++) {
      if (!(runs.modelSizes[other]! < rows.modelSizes[row]!)) continue;
      if (runs.tokens[other]! > rows.tokens[row]! * (1 + 1e-9)) continue;
      let distance = 0;
      for (let j = 0; j < K; j++) distance += Math.abs(runs.mixtures[other * K + j]! - rows.mixtures[row * K + j]!);
      if (distance > 1e-6 * K) continue;
      const isLarger =
        best === undefined ||
        runs.modelSizes[other]! > best.runs.modelSizes[best.row]! ||
        (runs.modelSizes[other] === best.runs.modelSizes[best.row] &&
          runs.tokens[other]! > best.runs.tokens[best.row]!);
      if (isLarger) best = { runs, row: other };
    }
  return best;
}

const proportional: Baseline = {
  id: 'proportional',
  title: 'Nearest to the proportional mixture',
  description:
    'Prefers the run nearest to the mean of the training mixtures, which is where proxy runs are usually drawn around ' +
    '(the proportions of the available data). Predicts no loss, only a ranking.',
  predict(train, _carried, rows) {
    const K = rows.domains.length;
    const centre = new Float64Array(K);
    train.mixtures.forEach((h, at) => (centre[at % K]! += h / rowCount(train)));
    const scores = Float64Array.from({ length: rowCount(rows) }, (_, row) =>
      centre.reduce((sum, h, j) => sum + Math.abs(h - rows.mixtures[row * K + j]!), 0),
    );
    return { losses: new Float64Array(rowCount(rows) * rows.targets.length).fill(NaN), scores };
  },
};

export const baselines: readonly Baseline[] = [meanOfTraining, carriedOver, proportional];
