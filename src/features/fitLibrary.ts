/**
 * What the features use of the core once there is a fit: laws, predictions, recommendations, and their export. A bundle
 * of its own; the library has a stand-in that loads it when the first of these functions is called.
 */
export { askedOptions } from '../core/fit/options';
export { predictorOf } from '../core/fit/predictor';
export { predictorOfDocument } from '../core/fitfile/consensus';
export { parseFitDocument } from '../core/fitfile/document';
export { laws } from '../core/laws/registry';
export { exportMixture, writableFormats } from '../core/mixtures/write/export';
export { recommend } from '../core/recommend/recommend';
