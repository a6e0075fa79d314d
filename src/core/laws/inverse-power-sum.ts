import { addOuterProduct } from './curvature';
import type { LawShape } from './law';
import { scaleOf, type Term } from './separable';
import { aroundLog, logRange, parameter, TYPICAL } from './terms';

/**
 * h^γ is finite at h = 0 but its slope is not (γ < 1): the slope in h is taken at this weight or above,
 * so that an optimiser on the simplex sees a large finite number.
 */
export const SLOPE_FLOOR = 1e-6;

/**
 * Priors, as seen over several families of proxy runs: a domain's own tokens help its target about fifteen times as much
 * as those of another domain, and with stronger diminishing returns. C·loss is a pure number.
 */
const OWN = { amount: 12, amountWidth: 1, exponent: 0.55, exponentWidth: 0.4 };
const OTHER = { amount: 0.8, amountWidth: 2.5, exponent: 0.9, exponentWidth: 0.3 };

/**
 * 1 / Σ_j C_j h_j^γ_j, the mixture term of Shukor et al. 2025 (arXiv 2507.09404): every domain adds its own help to
 * the target, with its own diminishing returns. Parameters C_1 … C_K, γ_1 … γ_K.
 */
export function inversePowerSum(shape: LawShape, target: number): Term {
  const K = shape.domains.length;
  const name = shape.targets[target]!;
  const { loss } = scaleOf(shape, target);
  const own = shape.targetDomain[target]!;
  const logs = new Float64Array(K);
  const powers = new Float64Array(K);
  const slopes = new Float64Array(K);
  // A target without a domain is served by all alike: together they make the term its typical share of the loss.
  const alike = { ...OTHER, amount: Math.pow(K, OTHER.exponent - 1) / TYPICAL.shareOfMixture, amountWidth: 1 };
  const typical = (j: number) => (own < 0 ? alike : j === own ? OWN : OTHER);
  return {
    parameters: [
      ...shape.domains.map((domain, j) => {
        const { amount, amountWidth } = typical(j);
        const prior = aroundLog(amount / loss, amountWidth);
        return parameter({ symbol: 'C', target: name, domain }, '1/loss', logRange(1e-5, 1e4), prior);
      }),
      ...shape.domains.map((domain, j) => {
        const { exponent, exponentWidth } = typical(j);
        const prior = aroundLog(exponent, exponentWidth);
        return parameter({ symbol: 'γ', target: name, domain }, '1', logRange(1e-2, 5), prior);
      }),
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
    curvature(theta, at, mixture, _modelSize, _tokens, weight, hessian) {
      let sum = 0;
      for (let j = 0; j < K; j++) {
        const exponent = theta[at + K + j]!;
        const h = Math.max(mixture[j]!, SLOPE_FLOOR);
        const amount = theta[at + j]! * Math.pow(h, exponent);
        if (mixture[j]! > 0)
          sum += mixture[j]! < SLOPE_FLOOR ? theta[at + j]! * Math.pow(mixture[j]!, exponent) : amount;
        slopes[j] = (amount * exponent) / h;
      }
      // S″_j = (γ_j − 1) S′_j / h_j; below the floor the slope is a constant.
      for (let j = 0; j < K; j++) {
        if (mixture[j]! < SLOPE_FLOOR) continue;
        hessian[j * K + j]! -= (weight * (theta[at + K + j]! - 1) * slopes[j]!) / (sum * sum * mixture[j]!);
      }
      addOuterProduct(hessian, (2 * weight) / sum ** 3, slopes);
    },
    start(theta, at, random, share) {
      let sum = 0;
      for (let j = 0; j < K; j++) {
        const { amount, exponent } = typical(j);
        theta[at + K + j] = exponent * Math.exp(0.3 * random.normal());
        theta[at + j] = amount * Math.exp(0.7 * random.normal());
        sum += theta[at + j]! * Math.pow(1 / K, theta[at + K + j]!);
      }
      // Scaled to the share at the even mixture.
      for (let j = 0; j < K; j++) theta[at + j]! /= sum * Math.max(share, 1e-3);
    },
  };
}
