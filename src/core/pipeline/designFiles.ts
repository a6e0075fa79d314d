import Papa from 'papaparse';
import { launchers } from '../launch/launchers';
import type { ProposedRun } from '../recommend/design';
import { exportMixture, writableFormats } from '../mixtures/write/export';

/** A file of a design, by its path inside the design's folder. */
export interface DesignFile {
  readonly path: string;
  readonly text: string;
}

export interface DesignFilesRequest {
  readonly domains: readonly string[];
  readonly targets: readonly string[];
  readonly runs: readonly ProposedRun[];
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

/** Columns as `mixlaw fit` reads them; the losses are for the user to fill in. */
function resultsTable({ domains, targets, runs }: DesignFilesRequest, names: readonly string[]): string {
  const hasModelSize = runs.every(({ modelSize }) => modelSize > 0);
  const hasTokens = runs.every(({ tokens }) => tokens > 0);
  const header = [
    'run',
    ...domains.map((domain) => `weight_${domain}`),
    ...(hasModelSize ? ['model_size'] : []),
    ...(hasTokens ? ['n_tokens'] : []),
    ...targets.map((target) => `loss_${target}`),
  ];
  const rows = runs.map(({ mixture, modelSize, tokens }, i) => [
    names[i]!,
    ...mixture.map((weight) => Number(weight.toFixed(6))),
    ...(hasModelSize ? [`${Number(modelSize.toPrecision(12))}M`] : []),
    ...(hasTokens ? [`${Number(tokens.toPrecision(12))}B`] : []),
    ...targets.map(() => ''),
  ]);
  return `${Papa.unparse([header, ...rows], { newline: '\n' })}\n`;
}
