/**
 * What the features use of the core at run time, a bundle of its own: it is loaded when it is first needed, so that
 * activation stays short. Features import types from the core directly, values from here.
 */
export { assumedScaleOf } from '../core/mixtures/scale/assumed';
export {
  applyEdits,
  applyMixture,
  askedOptions,
  assessMixture,
  availableTokens,
  differentMixtures,
  epochProblems,
  exportMixture,
  fitProblems,
  fixesFor,
  isOutsideMeasured,
  laws,
  meanOf,
  parseFitDocument,
  predictorOf,
  predictorOfDocument,
  recommend,
  sharesByConfigName,
  uniformMixture,
  writableFormats,
} from './fitLibrary';
// Whole, as the fits' bundle has these modules from here (`SHARED` in esbuild.mjs).
export * from '../core/errors';
export * from '../core/json';
export * from '../core/l10n';
export * from '../core/mixtures/names';
export * from '../core/mixtures/read';
export * from '../core/quantity';
