import * as vscode from 'vscode';
import type { Mixture, MixtureWeight, TextRange } from '../../core/mixtures/types';
import type { MatchedMixture } from '../../core/pipeline/currentMixture';
import type { Recommendation } from '../../core/recommend/types';
import { commandIds, hoverCommands } from '../commands';
import { fileName } from '../fit/chooseFiles';
import type { LoadedFit } from '../fits/fitIndex';
import { loadLibrary, type Library } from '../loadLibrary';
import type { Services } from '../services';
import { MixtureReadings } from './readings';
import { hoverText } from './text';

const LANGUAGES = ['yaml', 'json', 'jsonc'];

/** What hovering a mixture in a training config shows: its predicted losses, by the nearest fit about its domains. */
export function registerHover(services: Services): vscode.Disposable {
  const readings = new MixtureReadings(services);
  const provider = new MixtureHoverProvider(services, readings);
  const selector = LANGUAGES.map((language) => ({ language }));
  const warmingUp = setTimeout(() => void warmUp(services, readings), WARM_UP_AFTER_MS);
  return vscode.Disposable.from(
    readings,
    vscode.languages.registerHoverProvider(selector, provider),
    new vscode.Disposable(() => clearTimeout(warmingUp)),
  );
}

/** VS Code is busy just after it has started an extension. */
const WARM_UP_AFTER_MS = 500;

/** Reads the open configs and the fit nearest to them before the first hover asks: nobody waits for a hover. */
async function warmUp({ fits }: Services, readings: MixtureReadings): Promise<void> {
  const configs = vscode.workspace.textDocuments.filter(({ languageId }) => LANGUAGES.includes(languageId));
  for (const config of configs) {
    const [nearest] = await fits.nearest(config.uri.path);
    if (!nearest) return;
    await Promise.all([fits.load(nearest), readings.of(config)]);
  }
}

class MixtureHoverProvider implements vscode.HoverProvider {
  /** Recommended mixtures for scales that configs ask for; a fit that is read anew starts over. */
  private readonly recommended = new WeakMap<LoadedFit, Map<string, Recommendation>>();

  constructor(
    private readonly services: Services,
    private readonly readings: MixtureReadings,
  ) {}

  async provideHover(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.Hover | undefined> {
    if (document.uri.path.endsWith('.mixlaw.json')) return undefined;
    // Without a fit there is nothing to say, and nothing is parsed.
    const fits = await this.services.fits.nearest(document.uri.path);
    if (fits.length === 0 || token.isCancellationRequested) return undefined;
    const offset = document.offsetAt(position);
    const { mixtures } = await this.readings.of(document);
    const mixture = mixtures.find(({ range }) => contains(range, offset));
    if (!mixture) return undefined;
    const library = await loadLibrary();
    for (const uri of fits) {
      const fit = await this.services.fits.load(uri);
      if (token.isCancellationRequested) return undefined;
      const matched = fit && library.matchMixture(mixture, fit.fit.domains);
      if (fit && matched) return this.hover(library, document, offset, mixture, fit, matched);
    }
    return undefined;
  }

  private hover(
    library: Library,
    document: vscode.TextDocument,
    offset: number,
    mixture: Mixture,
    loaded: LoadedFit,
    matched: MatchedMixture,
  ): vscode.Hover {
    const { uri, fit, predictor, recommendation } = loaded;
    const modelSize = mixture.modelSize ?? recommendation.modelSize;
    const tokens = mixture.tokens ?? recommendation.tokens;
    const losses = new Float64Array(fit.targets.length);
    predictor.predict(matched.fractions, modelSize, tokens, losses);
    const hovered = mixture.weights.find((weight) => onWeight(weight, offset));
    const link = encodeURIComponent(JSON.stringify([uri.toString(), 'recommend']));
    const text = hoverText(
      {
        ...(hovered ? { hovered: { name: hovered.domain, fraction: hovered.fraction } } : {}),
        mixtureLabel: mixture.label,
        matched,
        fit,
        fitName: fileName(uri),
        lawTitle: library.laws.find(({ id }) => id === fit.law)?.title ?? fit.law,
        fitLink: `command:${commandIds.openFit}?${link}`,
        losses,
        recommendation: this.recommend(library, loaded, modelSize, tokens),
        modelSize,
        tokens,
        modelSizeFromConfig: mixture.modelSize !== undefined,
        tokensFromConfig: mixture.tokens !== undefined,
      },
      vscode.l10n.t,
      library,
    );
    const markdown = new vscode.MarkdownString(text);
    markdown.isTrusted = { enabledCommands: hoverCommands };
    const range = hovered ? (hovered.nameRange ?? hovered.range) : mixture.range;
    return new vscode.Hover(
      markdown,
      new vscode.Range(document.positionAt(range.start), document.positionAt(range.end)),
    );
  }

  private recommend(library: Library, loaded: LoadedFit, modelSize: number, tokens: number): Recommendation {
    const { recommendation, predictor, fit } = loaded;
    if (recommendation.modelSize === modelSize && recommendation.tokens === tokens) return recommendation;
    const known = this.recommended.get(loaded) ?? new Map<string, Recommendation>();
    this.recommended.set(loaded, known);
    const key = `${modelSize},${tokens}`;
    let found = known.get(key);
    if (!found) {
      found = library.recommend(predictor, { modelSize, tokens, seed: fit.options.seed });
      known.set(key, found);
    }
    return found;
  }
}

const contains = ({ start, end }: TextRange, offset: number): boolean => start <= offset && offset <= end;

const onWeight = ({ range, nameRange, parts }: MixtureWeight, offset: number): boolean =>
  contains(range, offset) ||
  (nameRange !== undefined && contains(nameRange, offset)) ||
  (parts?.some((part) => contains(part.range, offset)) ?? false);
