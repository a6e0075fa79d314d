import { t } from '../l10n';
import { needsOwnDomain } from './availability';
import type { Law, LawOptions, LawShape } from './law';
import { flooredWeight } from './own-weight';
import { scaleOf, separableModel, type Term } from './separable';
import { aroundLog, floorTerm, logRange, parameter, projectedOut, TYPICAL } from './terms';

export const ownPower: Law = {
  id: 'own-power',
  title: 'Own-domain power law',
  equation: 'L = E + A·(h + ε)^−a   (D·(h + ε) when D varies)',
  description:
    'Each target falls as a power of the weight of its own domain and ignores all others. The simplest law worth beating: ' +
    'it is right when domains share nothing, and a small ε stands for what they do share. Trust it inside the range of ' +
    'weights the runs cover; it cannot say that one domain helps another.',
  citation:
    'Que, H. et al. (2024). D-CPT Law: Domain-specific Continual Pre-Training Scaling Law for Large Language Models. arXiv:2406.01375 (the mixture term).',
  usesModelSize: false,
  usesTokens: true,
  separable: true,
  unavailable: (shape) => needsOwnDomain(t('The own-domain power law'), shape),
  build: (shape, options) =>
    separableModel(ownPower, shape, (i) => [
      projectedOut(floorTerm('E', shape, i, TYPICAL.shareOfFloor)),
      ownPowerTerm(shape, options, i),
    ]),
};

/** A·s^−a with s = h + ε, or D·(h + ε) when D varies: the tokens of the domain, in billions. */
function ownPowerTerm(shape: LawShape, options: LawOptions, index: number): Term {
  const target = shape.targets[index]!;
  const domain = shape.targetDomain[index]!;
  const { loss, tokens: usualTokens } = scaleOf(shape, index);
  const usual = (shape.tokensVary ? usualTokens : 1) / shape.domains.length;
  const typical = TYPICAL.shareOfMixture * loss * Math.pow(usual, 0.3);
  const floor = flooredWeight(options, target);
  const fitted = floor.parameters.length === 1;
  return {
    parameters: [
      { ...parameter({ symbol: 'A', target }, 'loss', logRange(1e-6, 1e4), aroundLog(typical, 1)), isLinear: true },
      parameter({ symbol: 'a', target }, '1', logRange(1e-3, 5), aroundLog(0.3, 1)),
      ...floor.parameters,
    ],
    evaluate(theta, at, mixture, _modelSize, tokens, into) {
      const weight = mixture[domain]! + (fitted ? theta[at + 2]! : floor.fixed);
      const log = Math.log(shape.tokensVary ? tokens * weight : weight);
      const exponent = theta[at + 1]!;
      const power = Math.exp(-exponent * log);
      const value = theta[at]! * power;
      const slope = (-exponent * value) / weight;
      if (into.parameters) {
        const first = into.parametersAt;
        into.parameters[first] = power;
        into.parameters[first + 1] = -log * value;
        if (fitted) into.parameters[first + 2] = slope;
      }
      if (into.mixture) into.mixture[into.mixtureAt + domain]! += slope;
      return value;
    },
    curvature(theta, at, mixture, _modelSize, tokens, factor, hessian) {
      const weight = mixture[domain]! + (fitted ? theta[at + 2]! : floor.fixed);
      const exponent = theta[at + 1]!;
      const value = theta[at]! * Math.pow(shape.tokensVary ? tokens * weight : weight, -exponent);
      hessian[domain * (shape.domains.length + 1)]! += (factor * exponent * (exponent + 1) * value) / weight ** 2;
    },
    start(theta, at, random, share, runs) {
      const exponent = random.uniform(0.1, 0.6);
      const even = 1 / shape.domains.length;
      theta[at + 1] = exponent;
      theta[at] = share * Math.pow(shape.tokensVary ? runs.tokens * even : even, exponent);
      if (fitted) theta[at + 2] = Math.exp(random.uniform(Math.log(3e-4), Math.log(0.03)));
    },
  };
}
