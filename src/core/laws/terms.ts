import type { LawShape, ParameterSpec } from './law';
import type { Term } from './separable';

/** Bounds wide enough for any language-model loss, in nats. */
const LOSS = { lower: 0, upper: 1e3 } as const;
const AMPLITUDE = { lower: 1e-6, upper: 1e4 } as const;

type Prior = NonNullable<ParameterSpec['prior']>;

interface Names {
  readonly symbol: string;
  readonly target: string;
  /** The training domain a coefficient belongs to: `C[target←domain]`. */
  readonly domain?: string;
}

/** A parameter's specification with its readable name. */
export function parameter(
  { symbol, target, domain }: Names,
  unit: string,
  bounds: { readonly lower: number; readonly upper: number },
  scale: ParameterSpec['scale'],
  prior?: Prior,
): ParameterSpec {
  const name = domain === undefined ? `${symbol}[${target}]` : `${symbol}[${target}←${domain}]`;
  return {
    name,
    symbol,
    target,
    ...(domain === undefined ? {} : { domain }),
    unit,
    ...bounds,
    scale,
    ...(prior === undefined ? {} : { prior }),
  };
}

export function prior(center: number, width: number, weight = 1): Prior {
  return { center, width, weight };
}

/** E: the loss no mixture and no scale removes. */
export function floorTerm(symbol: string, target: string, centre = 1): Term {
  return {
    parameters: [parameter({ symbol, target }, 'nats', LOSS, 'linear', prior(centre, 1))],
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
export function scaleTerm(of: 'modelSize' | 'tokens', target: string): Term {
  const inModelSize = of === 'modelSize';
  const [amplitude, exponent] = inModelSize ? ['A', 'α'] : ['B', 'β'];
  return {
    parameters: [
      parameter({ symbol: amplitude!, target }, 'nats', AMPLITUDE, 'log', prior(inModelSize ? 1 : 0, 2)),
      parameter({ symbol: exponent!, target }, '1', { lower: 1e-2, upper: 3 }, 'log', prior(Math.log(0.35), 0.5)),
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
    start(theta, at, random, share, sample) {
      theta[at + 1] = random.uniform(0.2, 0.6);
      theta[at] = share * Math.pow(inModelSize ? sample.modelSize : sample.tokens, theta[at + 1]!);
    },
  };
}

/** The terms in N and D that can be told apart from a constant in this shape. */
export function scaleTerms(shape: LawShape, target: string): Term[] {
  return [
    ...(shape.modelSizeVaries ? [scaleTerm('modelSize', target)] : []),
    ...(shape.tokensVary ? [scaleTerm('tokens', target)] : []),
  ];
}

/** amplitude · exp(Σ_j t_j h_j). Without a named amplitude it is 1, which loses nothing because Σh = 1. */
export function exponentialTerm(shape: LawShape, target: string, amplitude?: string): Term {
  const K = shape.domains.length;
  const first = amplitude === undefined ? 0 : 1;
  return {
    parameters: [
      ...(amplitude === undefined
        ? []
        : [parameter({ symbol: amplitude, target }, 'nats', AMPLITUDE, 'log', prior(0.5, 1))]),
      ...shape.domains.map((domain) =>
        parameter({ symbol: 't', target, domain }, '1', { lower: -200, upper: 50 }, 'linear', prior(0, 3)),
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
