import type { Fit } from '../../core/fit/types';
import type { Assessment } from '../../core/pipeline/assessMixture';
import type { MixtureIntervals } from '../../core/pipeline/mixtureIntervals';
import type { Recommendation } from '../../core/recommend/types';

/** `vscode.l10n.t`, passed in so that the text can be tested without VS Code. */
export type Translate = (message: string, ...values: (string | number)[]) => string;

/** The core's number formats. */
export interface Formats {
  readonly formatLoss: (loss: number) => string;
  readonly formatModelSize: (millions: number) => string;
  readonly formatTokens: (billions: number) => string;
  readonly formatPercent: (fraction: number) => string;
}

/** Everything the hover of a mixture says. */
export interface HoverFacts {
  /** Name under the mouse, as written, with its share; absent when the mouse is on no domain. */
  readonly hovered?: { readonly name: string; readonly fraction: number };
  readonly mixtureLabel: string;
  readonly assessment: Assessment;
  /** So far from the measured mixtures that the prediction is the law's rather than the data's. */
  readonly outsideMeasured: boolean;
  readonly fit: Fit;
  readonly fitName: string;
  readonly lawTitle: string;
  /** The results have changed since the fit. */
  readonly stale: boolean;
  /** `command:` links to the fit's panel, and to writing the recommended mixture into the config. */
  readonly fitLink: string;
  readonly applyLink: string;
  /** At the same scale. */
  readonly recommendation: Recommendation;
  /** How sure the predictions are; absent as long as that is not known. */
  readonly intervals?: MixtureIntervals;
  /** How the config's scale was found, what was assumed and what is missing. */
  readonly notes: readonly string[];
}

/** Text of a file as Markdown that shows it and does nothing else. */
export const escapeMarkdown = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
    .replace(/[&<>\\`*_{}[\]()#+\-.!|~:@/$^=]/g, (character) =>
      '&<>'.includes(character) ? `&#${character.charCodeAt(0)};` : `\\${character}`,
    );

/** The hover as Markdown: the domain under the mouse, predicted losses beside the recommended mixture's, and where they come from. */
export function hoverText(facts: HoverFacts, t: Translate, formats: Formats): string {
  const { fit, assessment, recommendation, intervals } = facts;
  const { matched, losses, meanLoss: mean } = assessment;
  const { formatLoss, formatPercent } = formats;
  const best = average(recommendation.losses);
  const lines = [domainLine(facts, t, formats)];
  const between = (ends: readonly [number, number] | undefined, format: (value: number) => string): string =>
    ends ? ` (${t('90 %: {0} to {1}', format(ends[0]), format(ends[1]))})` : '';
  lines.push(
    t(
      'Predicted mean loss **{0}**{1}, {2} with the recommended mixture: {3}{4}',
      formatLoss(mean),
      between(intervals?.mean, formatLoss),
      formatLoss(best),
      difference(best - mean, formatLoss),
      between(intervals?.difference, (value) => difference(value, formatLoss)),
    ),
  );
  lines.push(sourceLines(facts, t, formats));
  lines.push(
    `[${t('Show in panel')}](${facts.fitLink}) · [${t('Apply recommended mixture')}](${facts.applyLink} "${t('Shows the changes first')}")`,
  );
  const head = [
    t('target'),
    t('this mixture'),
    ...(intervals ? [t('90 % of new runs')] : []),
    t('recommended'),
    t('difference'),
  ];
  const rows = fit.targets.map((target, i) => {
    const [here, there] = [losses[i]!, recommendation.losses[i]!];
    const ends = intervals?.targets[i];
    return [
      escapeMarkdown(target),
      formatLoss(here),
      ...(ends ? [t('{0} to {1}', formatLoss(ends[0]), formatLoss(ends[1]))] : intervals ? [''] : []),
      formatLoss(there),
      difference(there - here, formatLoss),
    ];
  });
  lines.push(table([head, ...rows]));
  // What of the scale is counted, assumed or missing: each note is a sentence of the reader's.
  if (facts.notes.length > 0) lines.push(`*${facts.notes.map(escapeMarkdown).join(' ')}*`);
  const list = (names: readonly string[]): string => names.map(escapeMarkdown).join(', ');
  const { unmatched, unused } = matched.match;
  if (unmatched.length > 0) {
    lines.push(t('Not in the fit, left out ({0}): {1}', formatPercent(matched.unmatchedShare), list(unmatched)));
  }
  if (unused.length > 0) lines.push(t('Not in this config, taken as 0: {0}', list(unused)));
  return lines.filter((line) => line !== '').join('\n\n');
}

function domainLine(
  { hovered, mixtureLabel, assessment: { matched }, fit, recommendation }: HoverFacts,
  t: Translate,
  { formatPercent }: Formats,
): string {
  if (!hovered) return `**${escapeMarkdown(mixtureLabel)}**`;
  const share = `**${escapeMarkdown(hovered.name)}** ${formatPercent(hovered.fraction)}`;
  const domain = fit.domains.indexOf(matched.match.matched.get(hovered.name) ?? '');
  if (domain < 0) return `${share} · ${t('not in the fit')}`;
  const recommended = recommendation.mixture[domain]!;
  return `${share} · ${t('recommended {0}', formatPercent(recommended))}`;
}

/** The scale, how far it and the mixture are from what was measured, and the fit. */
function sourceLines(
  facts: HoverFacts,
  t: Translate,
  { formatModelSize, formatTokens, formatPercent }: Formats,
): string {
  const { fit, assessment } = facts;
  const { modelSize, tokens } = assessment;
  const origin = (
    fromConfig: boolean,
    assumed: boolean,
    beyond: boolean,
    range: readonly [number, number] | undefined,
    format: (value: number) => string,
  ): string => {
    const here = assumed ? t('assumed in the settings') : t('from this file');
    if (!range) return fromConfig ? here : t('scale unknown');
    if (beyond) return `${here}, ${t('beyond the measured {0} to {1}', format(range[0]), format(range[1]))}`;
    return fromConfig ? here : t('largest measured');
  };
  const scale = t(
    'At {0} parameters ({1}), {2} tokens ({3})',
    formatModelSize(modelSize),
    origin(
      assessment.modelSizeFromConfig,
      assessment.assumed?.includes('modelSize') ?? false,
      assessment.modelSizeBeyond,
      fit.modelSizeRange,
      formatModelSize,
    ),
    formatTokens(tokens),
    origin(
      assessment.tokensFromConfig,
      assessment.assumed?.includes('tokens') ?? false,
      assessment.tokensBeyond,
      fit.tokensRange,
      formatTokens,
    ),
  );
  const moved = formatPercent(assessment.outside);
  const place = facts.outsideMeasured
    ? t('Extrapolated: {0} of the tokens lie outside the measured mixtures', moved)
    : assessment.outside > 0
      ? t('At the edge of the measured mixtures ({0} of the tokens outside)', moved)
      : t('Among the measured mixtures');
  const link = `[${escapeMarkdown(facts.fitName)}](${facts.fitLink} "${t('Show in the panel')}")`;
  const stale = facts.stale ? ` · **${t('the results have changed since this fit')}**` : '';
  return [scale, place, `${t('Fit: {0}, {1}', link, escapeMarkdown(facts.lawTitle))}${stale}`].join('  \n');
}

function table([head, ...rows]: readonly (readonly string[])[]): string {
  // Hovers set cells edge to edge.
  const line = (cells: readonly string[]): string => `| ${cells.join(' | &nbsp;&nbsp; ')} |`;
  const alignment = (head ?? []).map((_, column) => (column === 0 ? ':--' : '--:'));
  return [line(head ?? []), `| ${alignment.join(' | ')} |`, ...rows.map(line)].join('\n');
}

/** With its sign; a true minus, and none for what is 0 in the digits shown. */
function difference(value: number, format: (value: number) => string): string {
  if (!Number.isFinite(value)) return format(value);
  const text = format(Math.abs(value));
  return /[1-9]/.test(text) ? `${value < 0 ? '−' : '+'}${text}` : text;
}

function average(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}
