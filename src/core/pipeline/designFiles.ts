import Papa from 'papaparse';
import { launchers } from '../launch/launchers';
import type { ProposedRun } from '../recommend/design';
import { exportMixture, writableFormats } from '../mixtures/write/export';
import type { ColumnReading } from '../results/types';

/** A file of a design, by its path inside the design's folder. */
export interface DesignFile {
  readonly path: string;
  readonly text: string;
}

export interface DesignFilesRequest {
  readonly domains: readonly string[];
  readonly targets: readonly string[];
  readonly runs: readonly ProposedRun[];
  /**
   * Columns of the results file that the fit was made from, when it is one: a design with the same columns is read below
   * it, as more runs.
   */
  readonly columns?: readonly ColumnReading[];
  /** Formats of configs, as in `writableFormats`. */
  readonly formats: readonly string[];
  readonly launch?: {
    readonly launcher: string;
    /** Word by word, with placeholders. */
    readonly command: readonly string[];
    /** The design's folder as the submitted script is to name it. */
    readonly folder: string;
  };
}

/** Name of run `i` of `count`, so that names sort as numbers do. */
export const runName = (i: number, count: number): string =>
  `run-${String(i + 1).padStart(Math.max(3, String(count).length), '0')}`;

/**
 * A results file with empty losses, configs of every run, and what launches them.
 * @throws MixtureError for a format that is not known or a name it cannot hold
 */
export function designFiles(request: DesignFilesRequest): DesignFile[] {
  const { domains, runs, formats, launch } = request;
  const names = runs.map((_, i) => runName(i, runs.length));
  const configs = formats.flatMap((format) =>
    runs.map(({ mixture }, i) => {
      const { fileName, text } = exportMixture(format, domains, mixture);
      const extension = /\.[^.]*$/.exec(fileName)?.[0] ?? '';
      return { path: `configs/${format}/${names[i]!}${extension}`, text };
    }),
  );
  const files = [{ path: 'design.csv', text: resultsTable(request, names) }, ...configs];
  const launcher = launch && launchers.find(({ id }) => id === launch.launcher);
  if (!launch || !launcher) return files;
  const script = launcher.write({
    command: launch.command,
    script: `${launch.folder}/${launcher.fileName}`,
    runs: runs.map(({ modelSize, tokens }, i) => ({
      id: names[i]!,
      config: `${launch.folder}/${configs[i]!.path}`,
      ...(modelSize > 0 ? { modelSize } : {}),
      ...(tokens > 0 ? { tokens } : {}),
    })),
  });
  return [...files, { path: launcher.fileName, text: script }];
}

/** Formats of configs that a design can be written in. */
export const configFormats = (): readonly string[] => writableFormats().map(({ id }) => id);

/** The results so far with no losses yet: columns as the results file has them, or else as `mixlaw fit` reads them. */
function resultsTable({ domains, targets, runs, columns = [] }: DesignFilesRequest, names: readonly string[]): string {
  const hasModelSize = runs.every(({ modelSize }) => modelSize > 0);
  const hasTokens = runs.every(({ tokens }) => tokens > 0);
  const own: readonly Column[] = [
    { name: 'run', role: 'id', subject: '' },
    ...domains.map((domain): Column => ({ name: `weight_${domain}`, role: 'weight', subject: domain })),
    ...(hasModelSize ? [{ name: 'model_size', role: 'model-size', subject: '' } as const] : []),
    ...(hasTokens ? [{ name: 'n_tokens', role: 'tokens', subject: '' } as const] : []),
    ...targets.map((target): Column => ({ name: `loss_${target}`, role: 'loss', subject: target })),
  ];
  const given = isWhole(columns, domains, targets) ? columns : own;
  const cell = (
    { role, subject }: Column,
    place: number,
    { mixture, modelSize, tokens }: ProposedRun,
    name: string,
  ): string => {
    // Of several ids (a run's name, its seed) the first names it.
    if (role === 'id') return place === given.findIndex((column) => column.role === 'id') ? name : '';
    if (role === 'weight') return String(Number((mixture[domains.indexOf(subject)] ?? 0).toFixed(6)));
    if (role === 'model-size') return hasModelSize ? `${Number(modelSize.toPrecision(12))}M` : '';
    if (role === 'tokens') return hasTokens ? `${Number(tokens.toPrecision(12))}B` : '';
    return '';
  };
  const rows = runs.map((run, i) => given.map((column, place) => cell(column, place, run, names[i]!)));
  return `${Papa.unparse([given.map(({ name }) => name), ...rows], { newline: '\n' })}\n`;
}

type Column = Pick<ColumnReading, 'name' | 'role' | 'subject'>;

/** One column for each domain and target, so that a row of them is a run. */
function isWhole(columns: readonly Column[], domains: readonly string[], targets: readonly string[]): boolean {
  const subjects = (role: ColumnReading['role']): string[] =>
    columns.filter((column) => column.role === role).map(({ subject }) => subject);
  const [weights, losses] = [subjects('weight'), subjects('loss')];
  return (
    weights.length === domains.length &&
    domains.every((domain) => weights.includes(domain)) &&
    targets.every((target) => losses.includes(target))
  );
}
