import { t } from '../l10n';
import { addOuterProduct } from './curvature';
import { inversePowerSum } from './inverse-power-sum';
import type { Law, LawShape } from './law';
import { scaleOf, separableModel, type Term } from './separable';
import { aroundLog, floorTerm, logRange, parameter, TYPICAL } from './terms';

export const joint: Law = {
  id: 'joint',
  title: 'Joint',
  equation: 'L = E + 1/Σ_j C_j·h_j^γ_j + A(h)/N^α + B(h)/D^β,  A(h) = (Σ_j CA_j·h_j)^γA, B likewise',
  description:
    'The additive law whose terms in model size and tokens depend on the mixture, so that the best mixture may move with ' +
    'scale. It needs runs of several mixtures at several scales: with few it has more freedom than the data can settle, ' +
    'and the additive law predicts better.',
  citation: 'Shukor, M. et al. (2025). Scaling Laws for Optimal Data Mixtures. arXiv:2507.09404 (the joint law).',
  usesModelSize: true,
  usesTokens: true,
  separable: true,
  unavailable: (shape) =>
    shape.modelSizeVaries || shape.tokensVary
      ? undefined
      : t(
          'The joint law is about how the best mixture moves with model size and tokens; all runs have the same. Use the additive law.',
        ),
  build: (shape) =>
    separableModel(joint, shape, (i) => [
      floorTerm('E', shape, i, TYPICAL.shareOfFloorBesideScale),
      inversePowerSum(shape, i),
      mixtureScaleTerm(shape, i, 'modelSize'),
      mixtureScaleTerm(shape, i, 'tokens'),
    ]),
};

/** (Σ_j C_j h_j)^γ · s^−α, s = N or D. Parameters C_1 … C_K, γ, α. */
function mixtureScaleTerm(shape: LawShape, target: number, of: 'modelSize' | 'tokens'): Term {
  const K = shape.domains.length;
  const inModelSize = of === 'modelSize';
  const [C, gamma, alpha] = inModelSize ? (['CA', 'γA', 'α'] as const) : (['CB', 'γB', 'β'] as const);
  const name = shape.targets[target]!;
  const scale = scaleOf(shape, target);
  const typical = TYPICAL.shareOfScale * scale.loss * Math.pow(scale[of], TYPICAL.scaleExponent);
  return {
    parameters: [
      ...shape.domains.map((domain) =>
        parameter({ symbol: C, target: name, domain }, 'loss^(1/γ)', logRange(1e-6, 1e5), aroundLog(typical, 1)),
      ),
      parameter({ symbol: gamma, target: name }, '1', logRange(1e-2, 3), aroundLog(1, 0.5)),
      parameter({ symbol: alpha, target: name }, '1', logRange(1e-2, 3), aroundLog(TYPICAL.scaleExponent, 0.5)),
    ],
    evaluate(theta, at, mixture, modelSize, tokens, into) {
      let base = 0;
      for (let j = 0; j < K; j++) base += theta[at + j]! * mixture[j]!;
      const logBase = Math.log(base);
      const logScale = Math.log(inModelSize ? modelSize : tokens);
      const exponent = theta[at + K]!;
      const value = Math.exp(exponent * logBase - theta[at + K + 1]! * logScale);
      const slope = (exponent * value) / base;
      if (into.parameters) {
        const row = into.parameters;
        const first = into.parametersAt;
        for (let j = 0; j < K; j++) row[first + j] = slope * mixture[j]!;
        row[first + K] = logBase * value;
        row[first + K + 1] = -logScale * value;
      }
      if (into.mixture) {
        for (let j = 0; j < K; j++) into.mixture[into.mixtureAt + j]! += slope * theta[at + j]!;
      }
      return value;
    },
    curvature(theta, at, mixture, modelSize, tokens, weight, hessian) {
      const amounts = theta.subarray(at, at + K);
      let base = 0;
      for (let j = 0; j < K; j++) base += amounts[j]! * mixture[j]!;
      const exponent = theta[at + K]!;
      const value = Math.pow(base, exponent) * Math.pow(inModelSize ? modelSize : tokens, -theta[at + K + 1]!);
      addOuterProduct(hessian, (weight * exponent * (exponent - 1) * value) / (base * base), amounts);
    },
    start(theta, at, random, share, runs) {
      const exponent = random.uniform(0.2, 0.6);
      theta[at + K] = 1;
      theta[at + K + 1] = exponent;
      for (let j = 0; j < K; j++)
        theta[at + j] = share * Math.pow(runs[of], exponent) * Math.exp(0.3 * random.normal());
    },
  };
}
