import { inEnglish, t } from '../l10n';
import { FitError } from '../errors';
import { selectTargets, shapeOf } from '../fit/data';
import { askedOptions } from '../fit/options';
import type { RequestedOptions } from '../fit/types';
import type { FitDocument } from '../fitfile/types';
import { comparisonOf, type Comparison } from '../judge/comparison';
import { settledOptions } from '../judge/prior';
import { givenSplits } from '../judge/splits';
import { assembleTournament } from '../judge/tournament';
import type { CompareOptions, Plan, SplitsOption, Tournament, UnitResult } from '../judge/types';
import { defaultCompareOptions, planTournament } from '../judge/units';
import { lawById } from '../laws/registry';
import { selectRuns, type Runs } from '../results/runs';
import type { ResultsReading } from '../results/types';

interface Rows {
  readonly train: readonly number[];
  readonly validation: readonly number[];
}

/** What to compare. Rows are 0-based data rows of the file. */
export interface CompareRequest extends Partial<Omit<CompareOptions, 'splits' | 'targetWeights'>> {
  readonly splits?: Exclude<SplitsOption, { kind: 'given' }>;
  /** Splits in file rows, in place of `splits`. */
  readonly given?: readonly Rows[];
  /** Only these rows are compared on; all when absent. */
  readonly within?: readonly number[];
  /** Targets that are judged and ranked by; all that every law serves when absent. Laws are fitted to all of them. */
  readonly targets?: readonly string[];
}

/** A comparison ready to be made, in one process or in many. Plain data. */
export interface PreparedComparison {
  readonly runs: Runs;
  readonly options: CompareOptions;
  /** Indices of the targets asked for; undefined when none were. */
  readonly judged?: readonly number[];
  /** Laws that compete no longer, and why. */
  readonly left: readonly { readonly law: string; readonly reason: string }[];
}

/**
 * @throws FitError when a law or target is unknown or the rows cannot be split as asked
 */
export function prepareComparison({ runs, totalRows }: ResultsReading, request: CompareRequest): PreparedComparison {
  const { given, within, targets, splits, ...rest } = request;
  const rows = within && new Set(within);
  const used = rows
    ? selectRuns(
        runs,
        Array.from(runs.rows.keys()).filter((at) => rows.has(runs.rows[at]!)),
      )
    : runs;
  const options: CompareOptions = {
    ...defaultCompareOptions,
    ...rest,
    fit: { ...defaultCompareOptions.fit, ...rest.fit },
    ...(splits ? { splits } : {}),
    ...(given ? { splits: { kind: 'given', splits: givenSplits(used, given, totalRows) } } : {}),
  };
  if (options.laws.length === 0) {
    throw new FitError('no-laws', t('No law is named.'), t('Name one or more laws, or leave the option out.'));
  }
  options.laws.forEach(lawById);
  if (!targets) return { runs: used, options, left: [] };

  const judged = targets.map((target) => targetNamed(used, target));
  const shape = shapeOf(selectTargets(used, judged));
  const left = options.laws.flatMap((law) => {
    // Kept with the comparison.
    const reason = inEnglish(() => lawById(law).unavailable(shape));
    return reason === undefined ? [] : [{ law, reason }];
  });
  const laws = options.laws.filter((id) => !left.some(({ law }) => law === id));
  if (laws.length === 0) {
    throw new FitError(
      'no-laws',
      t('No law predicts {0}. {1}', targets.join(', '), left[0]!.reason),
      t('Name other laws.'),
    );
  }
  const targetWeights = used.targets.map((_, target) => (judged.includes(target) ? 1 / judged.length : 0));
  return { runs: used, options: { ...options, laws, targetWeights }, judged, left };
}

/** The usual comparison, with laws fitted as the options say but for the law and the number of starts. */
export function comparisonWith(options: RequestedOptions, split: Rows | undefined): CompareRequest {
  const fixed = new Set(['law', 'starts']);
  const fit = Object.fromEntries(Object.entries(settledOptions(options)).filter(([name]) => !fixed.has(name)));
  return {
    fit: { ...defaultCompareOptions.fit, ...fit },
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    // Held-out rows stay unseen, so that they can still judge the law that is chosen here.
    ...(split && split.validation.length > 0 ? { within: split.train } : {}),
  };
}

/** The comparison for a document that holds none: laws fitted as its own was, where it was not by default of that law. */
export const comparisonFor = ({ fit }: Pick<FitDocument, 'fit'>): CompareRequest =>
  comparisonWith(askedOptions(fit), fit.rows);

/** The document with a comparison; undefined when that is of other results. */
export function withComparison(document: FitDocument, comparison: Comparison): FitDocument | undefined {
  const same = document.data.files.map(({ sha256 }) => sha256).join() === comparison.files.join();
  return same ? { ...document, comparison } : undefined;
}

/** What the comparison consists of: the same in every process. */
export const planOf = ({ runs, options }: PreparedComparison): Plan => planTournament(runs, options);

/** The tournament from the results of all units, judged on the targets asked for. */
export function concludeTournament(
  prepared: PreparedComparison,
  plan: Plan,
  results: readonly UnitResult[],
): Tournament {
  const { runs, judged, left } = prepared;
  const tournament = assembleTournament(judged ? onlyLosses(runs, judged) : runs, plan, results);
  if (!judged) return tournament;
  return {
    ...tournament,
    targets: judged.map((target) => runs.targets[target]!),
    notes: [...tournament.notes, ...left.map(({ reason }) => reason)],
  };
}

export const conclude = (
  prepared: PreparedComparison,
  plan: Plan,
  results: readonly UnitResult[],
  files: readonly string[],
): Comparison => comparisonOf(concludeTournament(prepared, plan, results), files);

function targetNamed(runs: Runs, name: string): number {
  const simple = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
  const exact = runs.targets.indexOf(name);
  const found = exact >= 0 ? exact : runs.targets.findIndex((target) => simple(target) === simple(name));
  if (found >= 0) return found;
  throw new FitError(
    'unknown-target',
    t('There is no target “{0}”.', name),
    t('Targets are {0}.', runs.targets.join(', ')),
  );
}

/** Losses of all other targets taken away: they are not judged. */
function onlyLosses(runs: Runs, targets: readonly number[]): Runs {
  const M = runs.targets.length;
  const kept = new Set(targets);
  return { ...runs, losses: runs.losses.map((loss, entry) => (kept.has(entry % M) ? loss : NaN)) };
}
