import * as vscode from 'vscode';
import type { DomainMatch } from '../../core/mixtures/names';
import type { Mixture } from '../../core/mixtures/types';
import type { Config } from '../configs/configs';
import { isFitDocument } from '../configs/files';
import { fileName } from '../fit/chooseFiles';
import { CONFIGS, EXCLUDED } from '../fitEditor/currentMixture';
import type { LoadedFit } from '../fits/fitIndex';
import { loadLibrary, type Library } from '../loadLibrary';
import { nearestFirst } from '../nearest';
import type { Services } from '../services';

/** A mixture of a fit's domains that the user chose in the fit's panel. */
export interface ChosenMixture {
  readonly fit: vscode.Uri;
  readonly name: string;
  readonly mixture: readonly number[];
}

export function isChosenMixture(value: unknown): value is ChosenMixture {
  if (typeof value !== 'object' || value === null) return false;
  const { fit, name, mixture } = value as Partial<Record<keyof ChosenMixture, unknown>>;
  return fit instanceof vscode.Uri && typeof name === 'string' && Array.isArray(mixture);
}

/** Where in a config a mixture of a fit's domains goes. */
export interface Place {
  readonly document: vscode.TextDocument;
  readonly config: Config;
  readonly mixture: Mixture;
  readonly match: DomainMatch;
  readonly domains: readonly string[];
  /** What the difference is called. */
  readonly title: string;
}

/** Configs further from the fit than this many nearer ones are not looked into. */
const MOST_READ = 60;

/**
 * A place for the mixture among the configs that are open, or else among those of the workspace; the user chooses where
 * there are several. Undefined, after saying so, where there is none.
 */
export async function placeFor(services: Services, chosen: ChosenMixture): Promise<Place | undefined> {
  const loaded = await services.fits.load(chosen.fit);
  if (!loaded) return undefined;
  const library = await loadLibrary();
  const find = async (documents: readonly vscode.TextDocument[]): Promise<Place[]> =>
    (await Promise.all(documents.map((document) => placesIn(services, library, document, loaded, chosen)))).flat();
  let places = await find(openDocuments());
  if (places.length === 0) places = await find(await nearestConfigs(chosen.fit));
  if (places.length > 1) return pick(places);
  if (places.length === 0) {
    const message = vscode.l10n.t('No training config in this workspace has a mixture of these domains.');
    void vscode.window.showInformationMessage(message);
  }
  return places[0];
}

const openDocuments = (): vscode.TextDocument[] =>
  vscode.workspace.textDocuments.filter(
    (document) => ['file', 'untitled'].includes(document.uri.scheme) && !document.isClosed && !isFitDocument(document),
  );

async function nearestConfigs(fit: vscode.Uri): Promise<vscode.TextDocument[]> {
  const found = await vscode.workspace.findFiles(CONFIGS, EXCLUDED, 2000);
  const nearest = nearestFirst(found, (uri) => uri.path, fit.path).filter((uri) => !uri.path.endsWith('.mixlaw.json'));
  const opened = await Promise.allSettled(
    nearest.slice(0, MOST_READ).map((uri) => vscode.workspace.openTextDocument(uri)),
  );
  return opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

async function placesIn(
  { configs, log }: Services,
  library: Library,
  document: vscode.TextDocument,
  loaded: LoadedFit,
  { name }: ChosenMixture,
): Promise<Place[]> {
  const config = await configs.of(document);
  const { domains } = loaded.fit;
  return config.mixtures.flatMap(({ mixture }) => {
    try {
      const assessment = library.assessMixture(mixture, loaded, config.settings.aliases);
      if (!assessment) return [];
      const title = vscode.l10n.t('{0}: {1} of {2}', fileName(document.uri), name, fileName(loaded.uri));
      return [{ document, config, mixture, match: assessment.matched.match, domains, title }];
    } catch (error) {
      log.warn(`${document.uri.toString(true)}: ${error instanceof Error ? error.message : String(error)}`);
      return [];
    }
  });
}

async function pick(places: readonly Place[]): Promise<Place | undefined> {
  const items = places.map((place) => ({
    label: vscode.workspace.asRelativePath(place.document.uri),
    description: place.mixture.label,
    detail: vscode.l10n.t('line {0}', place.document.positionAt(place.mixture.range.start).line + 1),
    place,
  }));
  const placeHolder = vscode.l10n.t('The mixture to replace');
  return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.place;
}
