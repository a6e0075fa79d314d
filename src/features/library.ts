/**
 * What the features use of the core at run time, a bundle of its own: the parsers and laws are loaded when they are
 * first needed, so that activation stays short. Features import types from the core directly, values from here.
 */
export { predictorOf } from '../core/fit/predictor';
export { parseFitDocument } from '../core/fitfile/document';
export { laws } from '../core/laws/registry';
export { mightHoldMixture, readMixtures } from '../core/mixtures/read';
export { matchMixture, uniformMixture } from '../core/pipeline/currentMixture';
export { formatLoss, formatModelSize, formatPercent, formatTokens } from '../core/quantity';
export { recommend } from '../core/recommend/recommend';
