import { needsOwnDomain } from './availability';
import type { Law, LawOptions, LawShape, ParameterSpec } from './law';
import { flooredWeight } from './own-weight';
import { scaleOf, separableModel, type Term } from './separable';
import { aroundLog, logRange, parameter, TYPICAL } from './terms';

export const bimix: Law = {
  id: 'bimix',
  title: 'BiMix',
  equation: 'L = A·(h + ε)^−α   ((h + ε)^−α·(B·D^−β + C) when D varies)',
  description:
    'Each target is a power of the weight of its own domain times a power law in tokens, with no floor in the weight. ' +
    'Two numbers a target, so it needs few runs and is hard to over-fit; it ignores help from other domains, and ε keeps ' +
    'it finite at weight 0. Trust it for mixtures that keep every domain well above 0.',
  citation:
    'Ge, C. et al. (2024). BiMix: Bivariate Data Mixing Law for Language Model Pretraining. arXiv:2405.14908 (A is taken into B and C).',
  usesModelSize: false,
  usesTokens: true,
  separable: true,
  unavailable: (shape) => needsOwnDomain('BiMix', shape),
  build: (shape, options) => separableModel(bimix, shape, (i) => [productTerm(shape, options, i)]),
};

/** θ = α, then A, or B, β, C when D varies, then ε when it is fitted. */
function productTerm(shape: LawShape, options: LawOptions, index: number): Term {
  const target = shape.targets[index]!;
  const domain = shape.targetDomain[index]!;
  const { loss, tokens: usualTokens } = scaleOf(shape, index);
  const floor = flooredWeight(options, target);
  const fitted = floor.parameters.length === 1;
  const inTokens = shape.tokensVary;
  const epsilonAt = inTokens ? 4 : 2;
  const level = loss * Math.pow(1 / shape.domains.length, 0.1);
  const amplitude = (symbol: string, typical: number): ParameterSpec => ({
    ...parameter({ symbol, target }, 'loss', logRange(1e-6, 1e4), aroundLog(typical, 1)),
    isLinear: true,
  });
  return {
    parameters: [
      parameter({ symbol: 'α', target }, '1', logRange(1e-4, 3), aroundLog(0.1, 1)),
      ...(inTokens
        ? [
            amplitude('B', 0.3 * level * Math.pow(usualTokens, TYPICAL.scaleExponent)),
            parameter({ symbol: 'β', target }, '1', logRange(1e-2, 3), aroundLog(TYPICAL.scaleExponent, 0.5)),
            amplitude('C', 0.7 * level),
          ]
        : [amplitude('A', level)]),
      ...floor.parameters,
    ],
    evaluate(theta, at, mixture, _modelSize, tokens, into) {
      const alpha = theta[at]!;
      const weight = mixture[domain]! + (fitted ? theta[at + epsilonAt]! : floor.fixed);
      const log = Math.log(weight);
      const power = Math.exp(-alpha * log);
      const inverse = inTokens ? Math.exp(-theta[at + 2]! * Math.log(tokens)) : 1;
      const factor = inTokens ? theta[at + 1]! * inverse + theta[at + 3]! : theta[at + 1]!;
      const value = power * factor;
      const slope = (-alpha * value) / weight;
      if (into.parameters) {
        const row = into.parameters;
        const first = into.parametersAt;
        row[first] = -log * value;
        row[first + 1] = power * inverse;
        if (inTokens) {
          row[first + 2] = -Math.log(tokens) * power * theta[at + 1]! * inverse;
          row[first + 3] = power;
        }
        if (fitted) row[first + epsilonAt] = slope;
      }
      if (into.mixture) into.mixture[into.mixtureAt + domain]! += slope;
      return value;
    },
    curvature(theta, at, mixture, _modelSize, tokens, share, hessian) {
      const alpha = theta[at]!;
      const weight = mixture[domain]! + (fitted ? theta[at + epsilonAt]! : floor.fixed);
      const factor = inTokens ? theta[at + 1]! * Math.pow(tokens, -theta[at + 2]!) + theta[at + 3]! : theta[at + 1]!;
      const value = factor * Math.pow(weight, -alpha);
      hessian[domain * (shape.domains.length + 1)]! += (share * alpha * (alpha + 1) * value) / weight ** 2;
    },
    start(theta, at, random, share, runs) {
      const alpha = random.uniform(0.03, 0.3);
      const factor = share * Math.pow(1 / shape.domains.length, alpha);
      theta[at] = alpha;
      if (inTokens) {
        const part = random.uniform(0.2, 0.8);
        theta[at + 2] = random.uniform(0.2, 0.6);
        theta[at + 1] = factor * part * Math.pow(runs.tokens, theta[at + 2]!);
        theta[at + 3] = factor * (1 - part);
      } else theta[at + 1] = factor;
      if (fitted) theta[at + epsilonAt] = Math.exp(random.uniform(Math.log(3e-4), Math.log(0.03)));
    },
  };
}
