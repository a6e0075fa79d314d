import * as vscode from 'vscode';
import type { ReadOptions } from '../../core/mixtures/family';
import type { Mixture, MixtureReading, MixtureWeight, TextRange } from '../../core/mixtures/types';
import type { Assessment } from '../../core/pipeline/assessMixture';
import type { LoadedFit } from '../fits/fitIndex';
import { loadLibrary, type Library } from '../loadLibrary';
import type { FitChoice } from '../fitChoice/choice';
import type { FitIndex } from '../fits/fitIndex';
import { readMixtureSettings, type MixtureSettings } from '../settings';
import { configName, isFitDocument } from './files';
import { LONGEST_PARSED_HERE, NO_MIXTURES, type MixtureReadings } from './readings';

/** A mixture of a config, with what the fit that applies says about it. */
export interface ConfigMixture {
  readonly mixture: Mixture;
  /** Absent when no fit is about its domains. */
  readonly assessed?: { readonly fit: LoadedFit; readonly assessment: Assessment };
}

/** One version of a training config. */
export interface Config {
  readonly version: number;
  readonly reading: MixtureReading;
  readonly mixtures: readonly ConfigMixture[];
  readonly settings: MixtureSettings;
  /** What else was told to the reader; an edit must be read again in the same way. */
  readonly readOptions: ReadOptions;
}

/** Fits further away than this many nearer ones are not tried. */
const MOST_TRIED = 30;

/** Fits to try, the nearest first, and the first of them. */
interface Opened {
  readonly tried: readonly vscode.Uri[];
  readonly first: LoadedFit | undefined;
}

interface CachedConfig {
  readonly version: number;
  readonly generation: number;
  readonly config: Promise<Config>;
}

/** Training configs as all language features see them: read once a version, with the fit that applies to each mixture. */
export class Configs implements vscode.Disposable {
  private readonly cached = new Map<string, CachedConfig>();
  private generation = 0;
  private readonly changed = new vscode.EventEmitter<void>();
  /** A fit, the choice of one, or a setting changed: every config is to be looked at again. */
  readonly onDidChange = this.changed.event;
  private readonly subscriptions: vscode.Disposable;

  constructor(
    private readonly readings: MixtureReadings,
    private readonly fits: FitIndex,
    private readonly choice: FitChoice,
    private readonly log: vscode.LogOutputChannel,
  ) {
    const refresh = (): void => {
      this.generation++;
      this.changed.fire();
    };
    this.subscriptions = vscode.Disposable.from(
      this.changed,
      fits.onDidChange(refresh),
      choice.onDidChange(refresh),
      vscode.workspace.onDidChangeConfiguration((event) => event.affectsConfiguration('mixlaw') && refresh()),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.cached.delete(uri.toString())),
    );
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  of(document: vscode.TextDocument): Promise<Config> {
    const key = document.uri.toString();
    const known = this.cached.get(key);
    if (known?.version === document.version && known.generation === this.generation) return known.config;
    const config = this.read(document);
    this.cached.set(key, { version: document.version, generation: this.generation, config });
    return config;
  }

  private async read(document: vscode.TextDocument): Promise<Config> {
    const { version } = document;
    const settings = readMixtureSettings(document);
    const { locations } = settings;
    let readOptions: ReadOptions = locations.length > 0 ? { locations } : {};
    const nothing = { version, reading: NO_MIXTURES, mixtures: [], settings, readOptions };
    if (isFitDocument(document)) return nothing;
    const library = await loadLibrary();
    const assumed = library.assumedScaleOf(settings.assumedScale);
    if (assumed) readOptions = { ...readOptions, assumed };
    if (!library.mightHoldMixture(configName(document), document.getText(), readOptions)) return nothing;
    const { isCold } = this.fits;
    const opening = this.opened(document.uri);
    if (isCold) await this.rehearse(library, document, readOptions);
    const { tried, first } = await opening;
    if (first) readOptions = { ...readOptions, domains: first.fit.domains };
    // Edited meanwhile: the next version is asked for anyway, and must not be cached as this one.
    if (document.version !== version) return nothing;
    const reading = await this.readings.of(document, readOptions);
    const mixtures = await Promise.all(
      reading.mixtures.map((mixture) => this.assess(library, mixture, tried, settings)),
    );
    return { version, reading, mixtures, settings, readOptions };
  }

  private async opened(uri: vscode.Uri): Promise<Opened> {
    const tried = await this.candidates(uri);
    return { tried, first: tried[0] && (await this.fits.load(tried[0])) };
  }

  /**
   * Reads the config before it is known which fit it is about, while the fits are looked for: what code runs for the first
   * time takes many times as long as later, and the wait is long enough for it.
   */
  private async rehearse(library: Library, document: vscode.TextDocument, options: ReadOptions): Promise<void> {
    const text = document.getText();
    if (text.length > LONGEST_PARSED_HERE) return;
    // The search has to be on its way first.
    await new Promise((resolve) => setImmediate(resolve));
    library.readMixtures(configName(document), text, options);
  }

  /** The fit chosen for the config, or all of them, the nearest first. */
  private async candidates(uri: vscode.Uri): Promise<readonly vscode.Uri[]> {
    const chosen = this.choice.of(uri);
    const nearest = await this.fits.nearest(uri.path);
    const found = chosen && nearest.find((fit) => fit.toString() === chosen);
    return found ? [found] : nearest.slice(0, MOST_TRIED);
  }

  private async assess(
    library: Library,
    mixture: Mixture,
    tried: readonly vscode.Uri[],
    { aliases }: MixtureSettings,
  ): Promise<ConfigMixture> {
    for (const uri of tried) {
      const fit = await this.fits.load(uri);
      if (!fit) continue;
      try {
        const assessment = library.assessMixture(mixture, fit, aliases);
        if (assessment) return { mixture, assessed: { fit, assessment } };
      } catch (error) {
        this.log.warn(`${uri.toString(true)}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return { mixture };
  }
}

/** The mixture at an offset of the text: in the construct, or on a number or a name that it has from elsewhere. */
export const mixtureAt = ({ mixtures }: Config, offset: number): ConfigMixture | undefined =>
  mixtures.find(({ mixture }) => mixture.weights.some((weight) => isOnWeight(weight, offset))) ??
  mixtures.find(({ mixture }) => contains(mixture.range, offset));

const contains = ({ start, end }: TextRange, offset: number): boolean => start <= offset && offset <= end;

export const isOnWeight = ({ range, nameRange, parts = [] }: MixtureWeight, offset: number): boolean =>
  [range, ...(nameRange ? [nameRange] : []), ...parts.map((part) => part.range)].some((each) => contains(each, offset));
