import * as vscode from 'vscode';
import type { Mixture, MixtureWeight, TextRange } from '../../core/mixtures/types';
import { commandIds, commandLink, hoverCommands } from '../commands';
import { isOnWeight, mixtureAt, type Config, type ConfigMixture } from '../configs/configs';
import { CONFIG_FILES } from '../configs/files';
import { rangeIn } from '../configs/ranges';
import { fileName } from '../fit/chooseFiles';
import { inTime } from '../fits/intervals';
import { loadLibrary, type Library } from '../loadLibrary';
import type { Services } from '../services';
import { hoverText } from './text';
import { warmUpSoon } from './warmUp';

/** What hovering a mixture in a training config shows: its predicted losses, by the fit that applies. */
export function registerHover(services: Services): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.languages.registerHoverProvider(CONFIG_FILES, new MixtureHoverProvider(services)),
    warmUpSoon(services),
  );
}

/** A hover shows the values at once; how sure they are when that is known by then, and at the next hover otherwise. */
const WAIT_FOR_INTERVALS_MS = 25;

class MixtureHoverProvider implements vscode.HoverProvider {
  constructor(private readonly services: Services) {}

  async provideHover(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.Hover | undefined> {
    const config = await this.services.configs.of(document);
    if (token.isCancellationRequested || config.version !== document.version) return undefined;
    const offset = document.offsetAt(position);
    const found = mixtureAt(config, offset);
    return found && this.hover(await loadLibrary(), document, offset, config, found);
  }

  private async hover(
    library: Library,
    document: vscode.TextDocument,
    offset: number,
    { settings }: Config,
    { mixture, assessed }: ConfigMixture,
  ): Promise<vscode.Hover | undefined> {
    if (!assessed) return undefined;
    const { fit: loaded, assessment } = assessed;
    const { uri, fit, freshness } = loaded;
    const hovered = mixture.weights.find((weight) => isOnWeight(weight, offset));
    const { recommendations, intervals } = this.services;
    const recommendation = recommendations.for(library, loaded, assessment, settings);
    const known = await inTime(intervals.of(loaded, assessment, recommendation), WAIT_FOR_INTERVALS_MS);
    const text = hoverText(
      {
        ...(hovered ? { hovered: { name: hovered.domain, fraction: hovered.fraction } } : {}),
        mixtureLabel: mixture.label,
        assessment,
        outsideMeasured: library.isOutsideMeasured(assessment),
        fit,
        fitName: fileName(uri),
        lawTitle: loaded.laws
          .map((law) => library.translated(library.laws.find(({ id }) => id === law)?.title ?? law))
          .join(' + '),
        stale: freshness === 'changed',
        fitLink: commandLink(commandIds.openFit, uri.toString(), 'recommend'),
        applyLink: commandLink(commandIds.applyRecommended, document.uri.toString(), mixture.range.start),
        recommendation,
        notes: mixture.scale?.notes ?? [],
        ...(known ? { intervals: known } : {}),
      },
      vscode.l10n.t,
      library,
    );
    const markdown = new vscode.MarkdownString(text);
    markdown.isTrusted = { enabledCommands: hoverCommands };
    return new vscode.Hover(markdown, rangeIn(document, placeOf(mixture, hovered, offset)));
  }
}

/** The token under the mouse; the whole construct where it is on none. */
function placeOf({ range }: Mixture, hovered: MixtureWeight | undefined, offset: number): TextRange {
  if (!hovered) return range;
  const { nameRange } = hovered;
  return nameRange && nameRange.start <= offset && offset <= nameRange.end ? nameRange : hovered.range;
}
