import { withoutDataSet } from '../domains';
import {
  isAverageName,
  isExplicitName,
  isHigherBetterName,
  isIdName,
  isSettingName,
  isSpreadName,
  isStepsName,
  isTagName,
  isTrainingLossName,
  lossAffix,
  lossKindOf,
  mayBeModelSize,
  modelSizeRank,
  tokensRank,
  weightAffix,
} from './column-names';
import { hasUnitSuffix } from '../quantity';
import { columnsSummingAlike, numbersIn, rowSums, sumShape } from './row-sums';
import type { LossKind } from './runs';
import type { Column, Table } from './table';
import type { ColumnRole } from './types';

/** A column on its way to a role. */
export interface ColumnUse {
  readonly file: number;
  readonly column: Column;
  role: ColumnRole;
  /** Domain or target; empty for other roles. */
  subject: string;
  reason: string;
  /** The user gave the role. */
  readonly said: boolean;
}

export interface RoleReading {
  /** Every column of every file, in order. */
  readonly uses: readonly ColumnUse[];
  readonly lossKind: LossKind;
  /** Kinds of losses left out because another kind is in the majority, with their columns. */
  readonly otherKinds: ReadonlyMap<LossKind, readonly string[]>;
  /** Kinds among the columns the user called losses; more than one cannot be fitted together. */
  readonly saidKinds: readonly LossKind[];
  /** Columns the user called losses whose names are those of scores (accuracy and the like). */
  readonly saidScores: readonly string[];
}

const UNDECIDED = '';

/**
 * Decides which column is what: the user's word first, then names, then row sums; what is left over beside a mixture is
 * taken for losses. One file, or a pair of weights and losses in either order.
 */
export function detectRoles(tables: readonly Table[], said: ReadonlyMap<string, ColumnRole> = new Map()): RoleReading {
  const uses = tables.flatMap((table, file) => table.columns.map((column) => startOf(column, file, said)));
  decideScales(uses);
  const weights = decideWeights(uses, tables);
  decideLosses(uses, tables, weights);
  for (const use of uses) if (use.reason === UNDECIDED) ignore(use, 'no rule fits it');
  const kinds = keepOneKind(uses, isOlmixPair(tables));
  nameSubjects(uses);
  const saidScores = uses
    .filter(({ said, role, column }) => said && role === 'loss' && isScoreName(column.name))
    .map(({ column }) => column.name);
  return { uses, ...kinds, saidScores };
}

const ignore = (use: ColumnUse, reason: string): void => {
  use.role = 'ignored';
  use.subject = '';
  use.reason = reason;
};

const decide = (use: ColumnUse, role: ColumnRole, subject: string, reason: string): void => {
  use.role = role;
  use.subject = subject;
  use.reason = reason;
};

const isOpen = (use: ColumnUse): boolean => use.reason === UNDECIDED;

/** What the user said, and what is no data whatever else is in the file. */
function startOf(column: Column, file: number, said: ReadonlyMap<string, ColumnRole>): ColumnUse {
  const { name } = column;
  const use: ColumnUse = { file, column, role: 'ignored', subject: '', reason: UNDECIDED, said: said.has(name) };
  const role = said.get(name);
  if (role === undefined && column.known) {
    decide(use, column.known.role, column.known.subject, column.known.reason);
    return use;
  }
  if (role !== undefined) {
    const affixed = role === 'weight' ? weightAffix(name) : role === 'loss' ? lossAffix(name) : undefined;
    const subject = column.known?.role === role ? column.known.subject : (affixed?.subject ?? name);
    decide(use, role, role === 'weight' || role === 'loss' ? subject : '', 'you said so');
  } else if (isSpreadName(name)) ignore(use, 'a spread, not a value');
  else if (!isExplicitName(name)) startByName(use);
  if (!isOpen(use)) return use;
  if (column.texts.size === 0 && column.numbers.every(Number.isNaN)) ignore(use, 'no values');
  else if (!isMostlyNumbers(column)) ignore(use, 'text');
  return use;
}

function startByName(use: ColumnUse): void {
  const { name } = use.column;
  if (isTagName(name)) ignore(use, 'a tag');
  else if (isIdName(name)) decide(use, 'id', '', 'its name');
  else if (isStepsName(name)) ignore(use, 'training steps, not tokens');
  else if (isSettingName(name)) ignore(use, 'a training setting or timing');
  else if (isHigherBetterName(name)) ignore(use, 'higher is better: a score, not a loss');
}

/** At least half of the cells that hold something hold a number. */
function isMostlyNumbers(column: Column): boolean {
  let plain = 0;
  for (const value of column.numbers) if (!Number.isNaN(value)) plain++;
  if (column.texts.size === 0) return plain > 0;
  let texts = 0;
  for (const value of numbersIn(column)) if (!Number.isNaN(value)) texts++;
  return 2 * texts >= plain + column.texts.size;
}

function decideScales(uses: readonly ColumnUse[]): void {
  // Dai & Zheng's own tables call parameters M and tokens N.
  const open = (name: string): ColumnUse | undefined => uses.find((use) => isOpen(use) && use.column.name === name);
  const [parameters, tokens] = [open('M'), open('N')];
  if (parameters && tokens && !open('D')) {
    decide(parameters, 'model-size', '', '`M` beside `N`: M is parameters, N tokens');
    decide(tokens, 'tokens', '', '`N` beside `M`: M is parameters, N tokens');
  }
  const sized = (use: ColumnUse): boolean =>
    use.column.texts.size > 0 && [...use.column.texts.values()].every(hasUnitSuffix);
  takeBest(uses, 'model-size', (use) =>
    mayBeModelSize(use.column.name) && sized(use) ? 100 : modelSizeRank(use.column.name),
  );
  takeBest(uses, 'tokens', (use) => tokensRank(use.column.name));
}

/** Gives the role to the column whose name ranks surest, and says of the others why they are left out. */
function takeBest(uses: readonly ColumnUse[], role: ColumnRole, rank: (use: ColumnUse) => number): void {
  const ranked = uses.filter((use) => isOpen(use) && !isExplicitName(use.column.name) && rank(use) >= 0);
  const taken = uses.find((use) => use.role === role) ?? [...ranked].sort((a, b) => rank(a) - rank(b))[0];
  for (const use of ranked) {
    if (use === taken) decide(use, role, '', 'its name');
    else if (taken) ignore(use, `\`${taken.column.name}\` was taken for this`);
  }
}

interface WeightCandidate {
  readonly file: number;
  readonly uses: readonly ColumnUse[];
  readonly reason: string;
  readonly subject: (use: ColumnUse) => string;
  /** How sure: 3 names that say `weight`, or names and sums that agree; 2 sums alone; 1 names alone. */
  readonly rank: number;
}

/** Returns the index of the file with the weights, or −1. */
function decideWeights(uses: readonly ColumnUse[], tables: readonly Table[]): number {
  const settled = uses.filter((use) => use.role === 'weight');
  const saidWeights = settled.filter((use) => use.said);
  const [firstSaid] = saidWeights;
  // Two or more columns named by the user are the whole mixture; a single one completes what is detected.
  if (firstSaid && saidWeights.length > 1) {
    for (const use of settled) if (!use.said) ignore(use, 'you said which columns are weights');
    return firstSaid.file;
  }
  const [firstKnown] = settled.filter((use) => !use.said);
  if (firstKnown && settled.length > 1) return firstKnown.file;
  const named = tables.flatMap((table, file) => namedCandidates(uses, table, file));
  const sure = named.filter(({ rank }) => rank === 3);
  const summed = sure.length > 0 ? [] : tables.flatMap((table, file) => summedCandidate(uses, table, file));
  const losses = (file: number): number => uses.filter((use) => use.file === file && isNamedLoss(use)).length;
  const [best] = [...named, ...summed].sort(
    (a, b) => b.rank - a.rank || losses(a.file) - losses(b.file) || b.uses.length - a.uses.length || a.file - b.file,
  );
  if (!best) return firstSaid?.file ?? -1;
  for (const use of best.uses) decide(use, 'weight', best.subject(use), best.reason);
  for (const other of named) {
    if (other !== best && other.rank === 3)
      for (const use of other.uses)
        if (isOpen(use)) ignore(use, `another set of weights; those with ${best.reason} were taken`);
  }
  return best.file;
}

const isNamedLoss = (use: ColumnUse): boolean => isOpen(use) && lossAffix(use.column.name) !== undefined;

function namedCandidates(uses: readonly ColumnUse[], table: Table, file: number): WeightCandidate[] {
  const groups = new Map<string, { readonly uses: ColumnUse[]; readonly strong: boolean }>();
  for (const use of uses) {
    const affixed = use.file === file && isOpen(use) && !isNamedLoss(use) && weightAffix(use.column.name);
    if (!affixed) continue;
    const group = groups.get(affixed.affix) ?? { uses: [], strong: affixed.strong };
    groups.set(affixed.affix, group);
    group.uses.push(use);
  }
  return [...groups].flatMap(([affix, group]) => {
    if (group.uses.length < 2) return [];
    const columns = group.uses.map((use) => numbersIn(use.column));
    const shape = sumShape(rowSums(columns, table.rowCount));
    const sumsAlike = shape !== undefined && shape.unit !== 'relative';
    if (!sumsAlike && !group.strong) return [];
    const subject = (use: ColumnUse): string => weightAffix(use.column.name)?.subject ?? use.column.name;
    const outright = group.uses.every((use) => isExplicitName(use.column.name));
    return [{ file, uses: group.uses, reason: affix, subject, rank: sumsAlike || outright ? 3 : 1 }];
  });
}

function summedCandidate(uses: readonly ColumnUse[], table: Table, file: number): WeightCandidate[] {
  const open = uses.filter((use) => use.file === file && isOpen(use) && !isNamedLoss(use));
  const found = columnsSummingAlike(
    open.map((use) => numbersIn(use.column)),
    table.rowCount,
  );
  if (!found || found.length < 2) return [];
  const chosen = found.map((i) => open[i] as ColumnUse);
  const shape = sumShape(
    rowSums(
      chosen.map((use) => numbersIn(use.column)),
      table.rowCount,
    ),
  );
  const sum = shape?.unit === 'fraction' || shape?.unit === 'percent' ? String(shape.usual) : 'a constant';
  return [{ file, uses: chosen, reason: `rows sum to ${sum}`, subject: (use) => use.column.name, rank: 2 }];
}

function decideLosses(uses: readonly ColumnUse[], tables: readonly Table[], weightsFile: number): void {
  const named = uses.filter(isNamedLoss);
  const own = named.filter((use) => !isAverageName(use.column.name) && !isTrainingLossName(use.column.name));
  for (const use of named) {
    const { name } = use.column;
    const affixed = lossAffix(name);
    const alone = own.length === 0 && !uses.some((other) => other.role === 'loss' && !named.includes(other));
    if (isTrainingLossName(name) && !(alone && named.every((other) => isTrainingLossName(other.column.name))))
      ignore(use, 'the training loss, not comparable between mixtures');
    else if (isAverageName(name) && !alone) ignore(use, 'an average of other losses');
    else decide(use, 'loss', affixed?.subject ?? name, affixed?.affix ?? 'its name');
  }
  if (weightsFile < 0 || uses.some((use) => use.role === 'loss')) return;
  const lossFile = tables.length > 1 ? 1 - weightsFile : weightsFile;
  for (const use of uses) {
    if (use.file !== lossFile || !isOpen(use) || weightAffix(use.column.name)?.strong) continue;
    decide(use, 'loss', use.column.name, 'a number beside the weights');
  }
}

const isScoreName = (name: string): boolean => isHigherBetterName(name) && !isExplicitName(name) && !lossAffix(name);

/** The two files of an Olmix swarm, by their names and ids; its metrics are bits per byte even where they do not say so. */
function isOlmixPair(tables: readonly Table[]): boolean {
  const swarm = (table: Table): boolean =>
    table.columns.some(({ name }) => /^run(?:_id)?$/.test(name)) &&
    table.columns.some(({ name }) => /^(?:name|index)$/.test(name));
  const called = (name: RegExp): boolean => tables.some(({ fileName }) => name.test(fileName));
  return tables.length === 2 && tables.every(swarm) && called(/ratios/i) && called(/metrics/i);
}

/** Losses of different kinds are never mixed: the user's own kind, else the one with the most targets stays. */
function keepOneKind(
  uses: readonly ColumnUse[],
  olmix: boolean,
): Pick<RoleReading, 'lossKind' | 'otherKinds' | 'saidKinds'> {
  const losses = uses.filter((use) => use.role === 'loss');
  const kindOf = (use: ColumnUse): LossKind => {
    const { name } = use.column;
    return olmix && !/loss|ppl|perplexity/i.test(name) ? 'bits-per-byte' : lossKindOf(name);
  };
  const targets = new Map<LossKind, Set<string>>();
  for (const use of losses) {
    const kind = kindOf(use);
    targets.set(kind, (targets.get(kind) ?? new Set()).add(use.subject));
    if (olmix && kind !== lossKindOf(use.column.name)) use.reason = `${use.reason}; bits per byte, as Olmix measures`;
  }
  const saidKinds = [...new Set(losses.filter(({ said }) => said).map(kindOf))];
  const preference: readonly LossKind[] = ['nats', 'bits-per-byte', 'perplexity'];
  const count = (kind: LossKind): number => targets.get(kind)?.size ?? 0;
  const commonest = [...preference].sort((a, b) => count(b) - count(a))[0] as LossKind;
  const lossKind = saidKinds[0] ?? commonest;
  const otherKinds = new Map<LossKind, string[]>();
  for (const use of losses) {
    const kind = kindOf(use);
    if (kind === lossKind || use.said) continue;
    ignore(use, `${kindInWords(kind)}, while the other losses are ${kindInWords(lossKind)}`);
    otherKinds.set(kind, [...(otherKinds.get(kind) ?? []), use.column.name]);
  }
  return { lossKind, otherKinds, saidKinds };
}

export const kindInWords = (kind: LossKind): string =>
  kind === 'nats' ? 'losses in nats' : kind === 'bits-per-byte' ? 'bits per byte' : 'perplexities';

/** Domains and targets without the data set they all share in their names, as long as they stay different. */
function nameSubjects(uses: readonly ColumnUse[]): void {
  for (const role of ['weight', 'loss'] as const) {
    const named = uses.filter((use) => use.role === role);
    const distinct = (names: readonly string[]): boolean => new Set(names).size === names.length;
    const short = named.map((use) => withoutDataSet(use.subject));
    const choices = [short, named.map((use) => use.subject), named.map((use) => use.column.name)];
    const chosen = choices.find(distinct) ?? named.map((use) => `${use.column.name} (file ${use.file + 1})`);
    named.forEach((use, i) => (use.subject = chosen[i] as string));
  }
}
