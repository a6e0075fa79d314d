import type * as vscode from 'vscode';
import type { Assessment } from '../../core/pipeline/assessMixture';
import type { Recommendation } from '../../core/recommend/types';
import type { Library } from '../loadLibrary';
import type { MixtureSettings } from '../settings';
import type { LoadedFit } from './fitIndex';

/** Recommended mixtures for the scales that configs ask for; a fit that is read anew starts over. */
export class Recommendations {
  private readonly known = new WeakMap<LoadedFit, Map<string, Recommendation>>();

  constructor(private readonly log: vscode.LogOutputChannel) {}

  /** At the assessed scale, and within the tokens that exist where the user has said how many do. */
  for(
    library: Library,
    loaded: LoadedFit,
    { modelSize, tokens }: Pick<Assessment, 'modelSize' | 'tokens'>,
    settings: MixtureSettings,
  ): Recommendation {
    const { recommendation, predictor, fit } = loaded;
    const available = library.availableTokens(fit.domains, settings, settings.aliases);
    const limited = available.some((billions) => !Number.isNaN(billions));
    if (!limited && recommendation.modelSize === modelSize && recommendation.tokens === tokens) return recommendation;
    const known = this.known.get(loaded) ?? new Map<string, Recommendation>();
    this.known.set(loaded, known);
    const key = JSON.stringify([modelSize, tokens, ...(limited ? [settings.maxEpochs, available] : [])]);
    let found = known.get(key);
    if (!found) {
      const options = { modelSize, tokens, seed: fit.options.seed };
      try {
        const limits = limited ? { available, maxEpochs: settings.maxEpochs } : {};
        found = library.recommend(predictor, { ...options, ...limits });
      } catch (error) {
        // The tokens that exist are too few for any mixture at this scale.
        this.log.warn(error instanceof Error ? error.message : String(error));
        found = library.recommend(predictor, options);
      }
      known.set(key, found);
    }
    return found;
  }
}
