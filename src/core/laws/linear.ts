import type { Law, LawShape } from './law';
import { scaleOf, separableModel, type Term } from './separable';
import { linearRange, parameter } from './terms';

export const linear: Law = {
  id: 'linear',
  title: 'Linear (ridge)',
  equation: 'L = β_0 + Σ_j β_j·h_j',
  description:
    'Ridge regression of each loss on the weights. One optimum, nothing to start from, finite everywhere; but losses are ' +
    'curved in the weights, so it misses diminishing returns and always recommends a corner of the allowed region. ' +
    'A yardstick: a law with more parameters should beat it.',
  citation:
    'Liu, Q. et al. (2025). RegMix: Data Mixture as Regression for Language Model Pre-training. ICLR 2025. arXiv:2407.01492 (their linear model).',
  usesModelSize: false,
  usesTokens: false,
  separable: true,
  unavailable: () => undefined,
  build: (shape) => separableModel(linear, shape, (i) => [affineTerm(shape, i)]),
};

function affineTerm(shape: LawShape, target: number): Term {
  const K = shape.domains.length;
  const name = shape.targets[target]!;
  const range = linearRange(-Infinity, Infinity);
  const { loss } = scaleOf(shape, target);
  return {
    parameters: [
      parameter({ symbol: 'β', target: name }, 'loss', range),
      ...shape.domains.map((domain) =>
        parameter({ symbol: 'β', target: name, domain }, 'loss', range, { center: 0, width: loss, weight: 1 }),
      ),
    ],
    evaluate(theta, at, mixture, _modelSize, _tokens, into) {
      let value = theta[at]!;
      for (let j = 0; j < K; j++) value += theta[at + 1 + j]! * mixture[j]!;
      if (into.parameters) {
        into.parameters[into.parametersAt] = 1;
        for (let j = 0; j < K; j++) into.parameters[into.parametersAt + 1 + j] = mixture[j]!;
      }
      if (into.mixture) for (let j = 0; j < K; j++) into.mixture[into.mixtureAt + j]! += theta[at + 1 + j]!;
      return value;
    },
    start(theta, at, random, share) {
      theta[at] = share;
      for (let j = 0; j < K; j++) theta[at + 1 + j] = 0.1 * random.normal();
    },
  };
}
