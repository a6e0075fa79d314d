import type { Law, LawOptions, LawShape } from './law';
import { flooredWeight } from './own-weight';
import { separableModel, targetsWithoutDomain, type Term } from './separable';
import { floorTerm, parameter, prior } from './terms';

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
  unavailable: (shape) => targetsWithoutDomain(shape, ownPower.title),
  build: (shape, options) =>
    separableModel(ownPower, shape, (i) => [
      floorTerm('E', shape.targets[i]!),
      ownPowerTerm(shape, options, shape.targets[i]!, shape.targetDomain[i]!),
    ]),
};

/** A·s^−a with s = h + ε, or D·(h + ε) when D varies: the tokens of the domain, in billions. */
function ownPowerTerm(shape: LawShape, options: LawOptions, target: string, domain: number): Term {
  const floor = flooredWeight(options, target);
  const fitted = floor.parameters.length === 1;
  return {
    parameters: [
      parameter({ symbol: 'A', target }, 'nats', { lower: 1e-6, upper: 1e3 }, 'log', prior(-0.7, 1.5)),
      parameter({ symbol: 'a', target }, '1', { lower: 1e-3, upper: 5 }, 'log', prior(Math.log(0.3), 1)),
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
    start(theta, at, random, share, sample) {
      const exponent = random.uniform(0.1, 0.6);
      const even = 1 / shape.domains.length;
      theta[at + 1] = exponent;
      theta[at] = share * Math.pow(shape.tokensVary ? sample.tokens * even : even, exponent);
      if (fitted) theta[at + 2] = Math.exp(random.uniform(Math.log(3e-4), Math.log(0.03)));
    },
  };
}
