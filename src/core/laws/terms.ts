import type { LawShape, ParameterSpec } from './law';
import { scaleOf, type Term } from './separable';

/**
 * Where the weak priors sit: typical shares of a loss that its terms explain, and typical exponents, as seen over several
 * families of proxy runs. The same for every data set; the data's own loss level scales them.
 */
export const TYPICAL = {
  shareOfFloor: 0.7,
  /** Where terms in N and D explain a part of what is otherwise floor. */
  shareOfFloorBesideScale: 0.3,
  shareOfMixture: 0.3,
  shareOfScale: 0.25,
  scaleExponent: 0.35,
};

type Prior = NonNullable<ParameterSpec['prior']>;

interface Names {
  readonly symbol: string;
  readonly target: string;
  /** The training domain a coefficient belongs to: `C[target←domain]`. */
  readonly domain?: string;
}

type Range = Pick<ParameterSpec, 'lower' | 'upper' | 'scale'>;

/** A parameter's specification with its readable name. */
export function parameter({ symbol, target, domain }: Names, unit: string, range: Range, prior?: Prior): ParameterSpec {
  const name = domain === undefined ? `${symbol}[${target}]` : `${symbol}[${target}←${domain}]`;
  return {
    name,
    symbol,
    target,
    ...(domain === undefined ? {} : { domain }),
    unit,
    ...range,
    ...(prior === undefined ? {} : { prior }),
  };
}

export const linearRange = (lower: number, upper: number): Range => ({ lower, upper, scale: 'linear' });
export const logRange = (lower: number, upper: number): Range => ({ lower, upper, scale: 'log' });

/** A prior on a log-scaled parameter: the typical value, and the width in natural-log units. */
export function aroundLog(typical: number, width: number, weight = 1): Prior {
  return { center: Math.log(typical), width, weight };
}

/**
 * E: the loss no mixture and no scale removes, at least 0. A weak prior holds it around a typical share of the loss.
 * @param most 'lowest': E stays below every loss seen. 'median': for laws that miss the steep fall near weight 0, whose
 *   floor must be free to lie among the losses.
 */
export function floorTerm(
  symbol: string,
  shape: LawShape,
  target: number,
  share: number,
  most: 'lowest' | 'median' = 'lowest',
): Term {
  const { loss, lowest } = scaleOf(shape, target);
  const upper = shape.scale === undefined ? Infinity : most === 'lowest' ? lowest : loss;
  return {
    parameters: [
      parameter({ symbol, target: shape.targets[target]! }, 'loss', linearRange(0, upper), {
        center: share * loss,
        width: 0.3 * loss,
        weight: 1,
      }),
    ],
    evaluate(theta, at, _mixture, _modelSize, _tokens, into) {
      if (into.parameters) into.parameters[into.parametersAt] = 1;
      return theta[at]!;
    },
    start(theta, at, _random, part) {
      theta[at] = part;
    },
  };
}

/** The term with its parameters, in all of which it is linear, marked as such. */
export function projectedOut(term: Term): Term {
  return { ...term, parameters: term.parameters.map((spec) => ({ ...spec, isLinear: true })) };
}

/** amplitude / scale^exponent in one of the scales: A/N^α (N in millions) or B/D^β (D in billions). */
export function scaleTerm(of: 'modelSize' | 'tokens', shape: LawShape, target: number): Term {
  const inModelSize = of === 'modelSize';
  const [amplitude, exponent] = inModelSize ? (['A', 'α'] as const) : (['B', 'β'] as const);
  const name = shape.targets[target]!;
  const scale = scaleOf(shape, target);
  const typical = TYPICAL.shareOfScale * scale.loss * Math.pow(scale[of], TYPICAL.scaleExponent);
  return {
    parameters: [
      parameter({ symbol: amplitude, target: name }, 'loss', logRange(1e-6, 1e5), aroundLog(typical, 1)),
      parameter({ symbol: exponent, target: name }, '1', logRange(1e-2, 3), aroundLog(TYPICAL.scaleExponent, 0.5)),
    ],
    evaluate(theta, at, _mixture, modelSize, tokens, into) {
      const logScale = Math.log(inModelSize ? modelSize : tokens);
      const power = Math.exp(-theta[at + 1]! * logScale);
      const value = theta[at]! * power;
      if (into.parameters) {
        into.parameters[into.parametersAt] = power;
        into.parameters[into.parametersAt + 1] = -logScale * value;
      }
      return value;
    },
    start(theta, at, random, share, runs) {
      theta[at + 1] = random.uniform(0.2, 0.6);
      theta[at] = share * Math.pow(runs[of], theta[at + 1]!);
    },
  };
}

/** The typical share of E, which is less where terms in N and D stand beside it. */
export function shareOfFloor(shape: LawShape): number {
  return shape.modelSizeVaries || shape.tokensVary ? TYPICAL.shareOfFloorBesideScale : TYPICAL.shareOfFloor;
}

/**
 * A/N^α and B/D^β when N or D varies among the runs. The term of the one that does not vary cannot be told from E; it is
 * kept because the runs are then usually a step on the way to another scale, and its prior, a usual language model's gain,
 * extrapolates better than no gain at all.
 */
export function scaleTerms(shape: LawShape, target: number): Term[] {
  if (!shape.modelSizeVaries && !shape.tokensVary) return [];
  return [scaleTerm('modelSize', shape, target), scaleTerm('tokens', shape, target)];
}
