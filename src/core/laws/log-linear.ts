import { exponentialTerm } from './exponential-sum';
import type { Law, LawShape } from './law';
import { scaleOf, separableModel, type Term } from './separable';
import { linearRange, parameter } from './terms';

export const logLinear: Law = {
  id: 'log-linear',
  title: 'Log-linear (Olmix)',
  equation: 'L = exp(c) + exp(Σ_j t_j·h_j)',
  description:
    'The exponential law written without its redundant factor: a positive floor exp(c) and an exponential of a weighted sum ' +
    'of all domains. The same family of curves as the exponential law, with one parameter less a target and a floor that ' +
    'cannot reach 0. Use it at one model size and one number of tokens.',
  citation: 'Olmix (2026). A framework for data mixing throughout language-model development. arXiv:2602.12237.',
  usesModelSize: false,
  usesTokens: false,
  separable: true,
  unavailable: () => undefined,
  build: (shape) => separableModel(logLinear, shape, (i) => [exponentialFloor(shape, i), exponentialTerm(shape, i)]),
};

/** exp(c). */
function exponentialFloor(shape: LawShape, target: number): Term {
  const { loss } = scaleOf(shape, target);
  const upper = shape.scale ? Math.log(loss) : Infinity;
  return {
    parameters: [
      parameter({ symbol: 'c', target: shape.targets[target]! }, 'ln loss', linearRange(-12, upper), {
        center: Math.log(0.85 * loss),
        width: 0.35,
        weight: 1,
      }),
    ],
    evaluate(theta, at, _mixture, _modelSize, _tokens, into) {
      const value = Math.exp(theta[at]!);
      if (into.parameters) into.parameters[into.parametersAt] = value;
      return value;
    },
    start(theta, at, _random, share) {
      theta[at] = Math.log(Math.max(share, 1e-3));
    },
  };
}
