import { membersOf } from '../fitfile/consensus';
import { runsOf } from '../fitfile/document';
import type { FitDocument } from '../fitfile/types';
import { uncertaintyOf, type Interval, type Uncertainty, type WeightedInterval } from '../judge/uncertainty';

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
    type Ask<T> = (uncertainty: Uncertainty) => T;
    const pool = <T>(ask: Ask<T>, endsOf: (answer: T) => Ends): [number, number] =>
      pooled(members.map(({ uncertainty, weight }) => ({ ...endsOf(ask(uncertainty)), weight })));
    const perTarget = members.map(({ uncertainty }) => uncertainty.intervals(mixture, modelSize, tokens, COVERAGE));
    const same = mixture.every((share, k) => Math.abs(share - recommended[k]!) < 1e-9);
    return {
      targets: Array.from({ length: targets }, (_, i) =>
        pooled(members.map(({ weight }, m) => ({ ...endsOfInterval(perTarget[m]![i]!), weight }))),
      ),
      mean: pool((one) => one.weightedMean(mixture, weights, modelSize, tokens, COVERAGE), endsOfWeighted),
      ...(same
        ? {}
        : {
            difference: pool(
              (one) => one.gain(mixture, recommended, weights, modelSize, tokens, COVERAGE),
              endsOfWeighted,
            ),
          }),
    };
  };
}

interface Ends {
  readonly centre: number;
  readonly lower: number;
  readonly upper: number;
}

const endsOfInterval = ({ predicted, lower, upper }: Interval): Ends => ({ centre: predicted, lower, upper });
const endsOfWeighted = ({ value, low, high }: WeightedInterval): Ends => ({ centre: value, lower: low, upper: high });

/**
 * One interval of several laws': around their weighted mean, with half-widths that count how far the laws are apart
 * besides how wide each of theirs is (the law of total variance, on the scale of the half-widths).
 */
function pooled(members: readonly (Ends & { readonly weight: number })[]): [number, number] {
  const [only] = members;
  if (members.length === 1 && only) return [only.lower, only.upper];
  const total = members.reduce((sum, { weight }) => sum + weight, 0);
  const centre = members.reduce((sum, { centre: own, weight }) => sum + weight * own, 0) / total;
  const half = (widthOf: (member: Ends) => number): number =>
    Math.sqrt(
      members.reduce((sum, member) => sum + member.weight * (widthOf(member) ** 2 + (member.centre - centre) ** 2), 0) /
        total,
    );
  return [
    centre - half(({ centre: own, lower }) => own - lower),
    centre + half(({ centre: own, upper }) => upper - own),
  ];
}
