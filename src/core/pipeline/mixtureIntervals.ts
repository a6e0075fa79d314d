import { membersOf } from '../fitfile/consensus';
import { runsOf } from '../fitfile/document';
import type { FitDocument } from '../fitfile/types';
import { uncertaintyOf, type Uncertainty } from '../judge/uncertainty';
import { pooledInterval } from '../recommend/consensus';
import type { Interval } from '../recommend/confidence';

/** Where the losses of new runs would lie with 90 % probability, if the laws are right. In the losses' unit. */
export interface MixtureIntervals {
  /** Of each target: lower and upper end. Length M. */
  readonly targets: readonly (readonly [lower: number, upper: number])[];
  readonly mean: readonly [lower: number, upper: number];
  /** Mean loss of the recommended mixture less that of this one: negative is better. Absent where it is the same mixture. */
  readonly difference?: readonly [lower: number, upper: number];
}

/** A mixture of the document's domains, the recommended one, and the scale: millions of parameters, billions of tokens. */
export interface IntervalsQuestion {
  readonly mixture: readonly number[];
  readonly recommended: readonly number[];
  readonly modelSize: number;
  readonly tokens: number;
}

const COVERAGE = 0.9;

/** A document's uncertainty, made ready: costs a factorisation a law, questions then cost microseconds. */
export function intervalsOf(document: FitDocument): (question: IntervalsQuestion) => MixtureIntervals {
  const runs = runsOf(document);
  const members = membersOf(document).map(({ fit, weight }) => ({ uncertainty: uncertaintyOf(fit, runs), weight }));
  const targets = document.fit.targets.length;
  const weights = new Float64Array(targets).fill(1 / targets);
  return ({ mixture: asked, recommended: best, modelSize, tokens }) => {
    const mixture = Float64Array.from(asked);
    const recommended = Float64Array.from(best);
    const pool = (partOf: (uncertainty: Uncertainty, member: number) => Interval): [number, number] => {
      const { low, high } = pooledInterval(
        members.map(({ uncertainty, weight }, m) => ({ ...partOf(uncertainty, m), weight })),
      );
      return [low, high];
    };
    const perTarget = members.map(({ uncertainty }) => uncertainty.intervals(mixture, modelSize, tokens, COVERAGE));
    const same = mixture.every((share, k) => Math.abs(share - recommended[k]!) < 1e-9);
    return {
      targets: Array.from({ length: targets }, (_, i) =>
        pool((_uncertainty, m) => {
          const { predicted: value, lower: low, upper: high } = perTarget[m]![i]!;
          return { value, low, high };
        }),
      ),
      mean: pool((one) => one.weightedMean(mixture, weights, modelSize, tokens, COVERAGE)),
      ...(same
        ? {}
        : { difference: pool((one) => one.gain(mixture, recommended, weights, modelSize, tokens, COVERAGE)) }),
    };
  };
}
