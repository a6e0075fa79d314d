import type { LawShape, ParameterSpec } from './law';
import { scaleOf, type Term } from './separable';

/**
 * Where the weak priors sit: typical shares of a loss that its floor and its mixture term explain, and typical exponents.
 * The same for every data set; the data's own loss level scales them.
 */
export const TYPICAL = { shareOfFloor: 0.5, shareOfMixture: 0.5, shareOfScale: 0.25, scaleExponent: 0.35 };

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

/** E: the loss no mixture and no scale removes; between 0 and the lowest loss seen. */
export function floorTerm(symbol: string, shape: LawShape, target: number): Term {
  const { loss } = scaleOf(shape, target);
  const center = TYPICAL.shareOfFloor * loss;
  const upper = shape.scale?.lowestLoss[target] ?? Infinity;
  return {
    parameters: [
      parameter({ symbol, target: shape.targets[target]! }, 'loss', linearRange(0, upper), {
        center,
        width: center,
        weight: 1,
      }),
    ],
    evaluate(theta, at, _mixture, _modelSize, _tokens, into) {
      if (into.parameters) into.parameters[into.parametersAt] = 1;
      return theta[at]!;
    },
    start(theta, at, _random, share) {
      theta[at] = share;
    },
  };
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

/** The terms in N and D that can be told apart from a constant in this shape. */
export function scaleTerms(shape: LawShape, target: number): Term[] {
  return [
    ...(shape.modelSizeVaries ? [scaleTerm('modelSize', shape, target)] : []),
    ...(shape.tokensVary ? [scaleTerm('tokens', shape, target)] : []),
  ];
}

/** amplitude · exp(Σ_j t_j h_j). Without a named amplitude it is 1, which loses nothing because Σh = 1. */
export function exponentialTerm(shape: LawShape, target: number, amplitude?: string): Term {
  const K = shape.domains.length;
  const first = amplitude === undefined ? 0 : 1;
  const name = shape.targets[target]!;
  const typical = TYPICAL.shareOfMixture * scaleOf(shape, target).loss;
  const slopePrior = { center: first === 1 ? 0 : Math.log(typical), width: 3, weight: 1 };
  return {
    parameters: [
      ...(amplitude === undefined
        ? []
        : [parameter({ symbol: amplitude, target: name }, 'loss', logRange(1e-6, 1e4), aroundLog(typical, 1))]),
      ...shape.domains.map((domain) =>
        parameter({ symbol: 't', target: name, domain }, '1', linearRange(-200, 50), slopePrior),
      ),
    ],
    evaluate(theta, at, mixture, _modelSize, _tokens, into) {
      let exponent = 0;
      for (let j = 0; j < K; j++) exponent += theta[at + first + j]! * mixture[j]!;
      const growth = Math.exp(exponent);
      const value = first === 0 ? growth : theta[at]! * growth;
      if (into.parameters) {
        if (first === 1) into.parameters[into.parametersAt] = growth;
        for (let j = 0; j < K; j++) into.parameters[into.parametersAt + first + j] = value * mixture[j]!;
      }
      if (into.mixture) {
        for (let j = 0; j < K; j++) into.mixture[into.mixtureAt + j]! += value * theta[at + first + j]!;
      }
      return value;
    },
    start(theta, at, random, share) {
      const level = Math.log(Math.max(share, 1e-3));
      if (first === 1) theta[at] = Math.exp(level);
      for (let j = 0; j < K; j++) theta[at + first + j] = (first === 1 ? 0 : level) + 0.5 * random.normal();
    },
  };
}
