import type { LawShape } from './law';
import { scaleOf, type Term } from './separable';
import { aroundLog, logRange, parameter, TYPICAL } from './terms';

/**
 * h^γ is finite at h = 0 but its slope is not (γ < 1): the slope in h is taken at this weight or above,
 * so that an optimiser on the simplex sees a large finite number.
 */
export const SLOPE_FLOOR = 1e-6;

const TYPICAL_EXPONENT = 0.3;

/**
 * 1 / Σ_j C_j h_j^γ_j, the mixture term of Shukor et al. 2025 (arXiv 2507.09404): every domain adds its own help to
 * the target, with its own diminishing returns. Parameters C_1 … C_K, γ_1 … γ_K.
 */
export function inversePowerSum(shape: LawShape, target: number): Term {
  const K = shape.domains.length;
  const name = shape.targets[target]!;
  // C of equal domains that together make the term its typical share of the loss at the even mixture.
  const typical = Math.pow(K, TYPICAL_EXPONENT - 1) / (TYPICAL.shareOfMixture * scaleOf(shape, target).loss);
  const logs = new Float64Array(K);
  const powers = new Float64Array(K);
  return {
    parameters: [
      ...shape.domains.map((domain) =>
        parameter({ symbol: 'C', target: name, domain }, '1/loss', logRange(1e-5, 1e3), aroundLog(typical, 1 / 0.3)),
      ),
      ...shape.domains.map((domain) =>
        parameter({ symbol: 'γ', target: name, domain }, '1', logRange(1e-2, 5), aroundLog(TYPICAL_EXPONENT, 1)),
      ),
    ],
    evaluate(theta, at, mixture, _modelSize, _tokens, into) {
      let sum = 0;
      for (let j = 0; j < K; j++) {
        const weight = mixture[j]!;
        const log = (logs[j] = weight > 0 ? Math.log(weight) : 0);
        const power = (powers[j] = weight > 0 ? Math.exp(theta[at + K + j]! * log) : 0);
        sum += theta[at + j]! * power;
      }
      const value = 1 / sum;
      const slope = -value * value;
      if (into.parameters) {
        const row = into.parameters;
        const first = into.parametersAt;
        for (let j = 0; j < K; j++) {
          const power = powers[j]!;
          row[first + j] = slope * power;
          row[first + K + j] = slope * theta[at + j]! * power * logs[j]!;
        }
      }
      if (into.mixture) {
        for (let j = 0; j < K; j++) {
          const exponent = theta[at + K + j]!;
          const weight = Math.max(mixture[j]!, SLOPE_FLOOR);
          into.mixture[into.mixtureAt + j]! += slope * theta[at + j]! * exponent * Math.pow(weight, exponent - 1);
        }
      }
      return value;
    },
    start(theta, at, random, share) {
      const even = -Math.log(K);
      for (let j = 0; j < K; j++) {
        const exponent = TYPICAL_EXPONENT * Math.exp(0.6 * random.normal());
        theta[at + K + j] = exponent;
        // Equal parts of 1/share at the even mixture, scattered by a factor of about two.
        theta[at + j] = Math.exp(even - exponent * even + 0.7 * random.normal()) / Math.max(share, 1e-3);
      }
    },
  };
}
