import type { Predictor } from '../../src/core/fit/types';

/** A line of losses: `losses[i]` at `x[i]`. */
export interface Curve {
  readonly x: Float64Array;
  readonly losses: Float64Array;
}

/** Which loss a curve shows: one target, or the mean over targets with these weights (sum 1). */
export type Aim = { readonly target: number } | { readonly weights: Float64Array };

/** Loss of a mixture as an aim sees it. */
export function aimedLoss(losses: Float64Array, aim: Aim): number {
  if ('target' in aim) return losses[aim.target] ?? NaN;
  let sum = 0;
  for (let i = 0; i < losses.length; i++) {
    const weight = aim.weights[i] ?? 0;
    if (weight > 0) sum += weight * (losses[i] as number);
  }
  return sum;
}

/** `count` numbers from `low` to `high`, evenly spaced in their logarithm. */
export function logSpaced(low: number, high: number, count: number): Float64Array {
  const step = Math.log(high / low) / (count - 1);
  return Float64Array.from({ length: count }, (_, i) => (i === count - 1 ? high : low * Math.exp(step * i)));
}

/** The mixture with domain `index` at `weight` and the others scaled in proportion (evenly where they are all 0). */
export function withWeight(mixture: ArrayLike<number>, index: number, weight: number): Float64Array {
  const rest = 1 - (mixture[index] as number);
  const K = mixture.length;
  return Float64Array.from({ length: K }, (_, j) => {
    if (j === index) return weight;
    return rest > 0 ? ((mixture[j] as number) * (1 - weight)) / rest : (1 - weight) / (K - 1);
  });
}

/** Loss against training tokens (billions) at one mixture and model size. */
export function alongTokens(p: Predictor, mixture: Float64Array, modelSize: number, x: Float64Array, aim: Aim): Curve {
  const losses = new Float64Array(p.targets.length);
  return curve(x, (tokens) => {
    p.predict(mixture, modelSize, tokens, losses);
    return aimedLoss(losses, aim);
  });
}

/** Loss against model size (millions) at one mixture and number of tokens. */
export function alongModelSize(p: Predictor, mixture: Float64Array, tokens: number, x: Float64Array, aim: Aim): Curve {
  const losses = new Float64Array(p.targets.length);
  return curve(x, (modelSize) => {
    p.predict(mixture, modelSize, tokens, losses);
    return aimedLoss(losses, aim);
  });
}

/** Loss as one domain's weight moves through `x` and the others give way in proportion. */
export function alongDomain(
  p: Predictor,
  mixture: Float64Array,
  index: number,
  scale: { readonly modelSize: number; readonly tokens: number },
  x: Float64Array,
  aim: Aim,
): Curve {
  const losses = new Float64Array(p.targets.length);
  return curve(x, (weight) => {
    p.predict(withWeight(mixture, index, weight), scale.modelSize, scale.tokens, losses);
    return aimedLoss(losses, aim);
  });
}

const curve = (x: Float64Array, loss: (x: number) => number): Curve => ({ x, losses: x.map(loss) });
