import type { Predictor } from '../../../src/core/fit/types';

/** Predicts the mean of what several fits of the same runs predict. */
export function averageOf(predictors: readonly Predictor[]): Predictor {
  const [first] = predictors;
  if (!first) throw new Error('There is nothing to average.');
  const M = first.targets.length;
  const losses = new Float64Array(M);
  const jacobian = new Float64Array(M * first.domains.length);
  const share = 1 / predictors.length;
  return {
    ...first,
    predict(mixture, modelSize, tokens, mean) {
      mean.fill(0);
      for (const predictor of predictors) {
        predictor.predict(mixture, modelSize, tokens, losses);
        for (let i = 0; i < M; i++) mean[i]! += share * losses[i]!;
      }
    },
    gradient(mixture, modelSize, tokens, mean, meanJacobian) {
      mean.fill(0);
      meanJacobian.fill(0);
      for (const predictor of predictors) {
        predictor.gradient(mixture, modelSize, tokens, losses, jacobian);
        for (let i = 0; i < M; i++) mean[i]! += share * losses[i]!;
        for (let i = 0; i < jacobian.length; i++) meanJacobian[i]! += share * jacobian[i]!;
      }
    },
  };
}
