import { addOuterProduct } from './curvature';
import type { LawShape, ParameterSpec } from './law';
import { scaleOf, type Term } from './separable';
import { aroundLog, linearRange, logRange, parameter, TYPICAL } from './terms';

/** Priors on t: a domain's own tokens act fast, those of others little; a target without a domain is served by all. */
const OWN_SLOPE = { center: -8, width: 15, weight: 1 };
const OTHER_SLOPE = { center: 0, width: 1.2, weight: 1 };
const SLOPE_WITHOUT_DOMAIN = { center: -1, width: 2, weight: 1 };

/**
 * amplitude · exp(Σ_j t_j h_j). Without a named amplitude it is 1, which loses nothing because Σh = 1:
 * ln amplitude is then a part of every t.
 */
export function exponentialTerm(shape: LawShape, target: number, amplitude?: string): Term {
  const K = shape.domains.length;
  const first = amplitude === undefined ? 0 : 1;
  const name = shape.targets[target]!;
  const typical = TYPICAL.shareOfMixture * scaleOf(shape, target).loss;
  const shift = first === 1 ? 0 : Math.log(typical);
  const slopePrior = (domain: number): NonNullable<ParameterSpec['prior']> => {
    const own = shape.targetDomain[target]!;
    const prior = own < 0 ? SLOPE_WITHOUT_DOMAIN : own === domain ? OWN_SLOPE : OTHER_SLOPE;
    return { ...prior, center: prior.center + shift };
  };
  return {
    parameters: [
      ...(amplitude === undefined
        ? []
        : [parameter({ symbol: amplitude, target: name }, 'loss', logRange(1e-6, 1e4), aroundLog(typical, 1))]),
      ...shape.domains.map((domain, j) =>
        parameter({ symbol: 't', target: name, domain }, '1', linearRange(-200, 50), slopePrior(j)),
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
    curvature(theta, at, mixture, _modelSize, _tokens, weight, hessian) {
      const exponents = theta.subarray(at + first, at + first + K);
      let sum = 0;
      for (let j = 0; j < K; j++) sum += exponents[j]! * mixture[j]!;
      const amplitude = first === 0 ? 1 : theta[at]!;
      addOuterProduct(hessian, weight * amplitude * Math.exp(sum), exponents);
    },
    start(theta, at, random, share) {
      const level = Math.log(Math.max(share, 1e-3));
      if (first === 1) theta[at] = Math.exp(level);
      for (let j = 0; j < K; j++) {
        theta[at + first + j] = (first === 1 ? 0 : level) + 0.5 * random.normal();
        if (j === shape.targetDomain[target]) theta[at + first + j]! -= random.uniform(2, 12);
      }
    },
  };
}
