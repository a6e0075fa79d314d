import { FitDocumentError } from '../core/errors';
import { parseFitDocument } from '../core/fitfile/document';
import type { FitDocument } from '../core/fitfile/types';
import { baseName, loadFile, loadFiles, resultsPaths, type LoadedFile } from '../core/pipeline/files';
import type { ColumnRole, ResultsOptions } from '../core/results/types';
import { splitList, UsageError, type Arguments, type Flag } from './arguments';
import type { Io } from './io';

/** Which columns are what, for files whose names do not tell. They win over detection. */
export const ROLE_FLAGS: readonly Flag[] = [
  { name: 'weights', value: 'COLUMNS', help: 'Columns that are mixture weights, separated by commas.' },
  { name: 'losses', value: 'COLUMNS', help: 'Columns that are losses.' },
  { name: 'id', value: 'COLUMN', help: 'Column that names the run; joins a pair of files.' },
  { name: 'model-size-column', value: 'COLUMN', help: 'Column with the number of parameters.' },
  { name: 'tokens-column', value: 'COLUMN', help: 'Column with the number of training tokens.' },
  { name: 'ignore', value: 'COLUMNS', help: 'Columns that are none of these.' },
  { name: 'checkpoints', value: 'last|all', help: 'Checkpoints of a run to use (default all if the file has tokens).' },
  { name: 'max-size', value: 'MB', help: 'Largest file accepted, in megabytes (default 100).' },
];

const ROLE_OF_FLAG: readonly (readonly [flag: string, role: ColumnRole])[] = [
  ['weights', 'weight'],
  ['losses', 'loss'],
  ['id', 'id'],
  ['model-size-column', 'model-size'],
  ['tokens-column', 'tokens'],
  ['ignore', 'ignored'],
];

/** @throws UsageError when a column is given two roles. */
export function resultsOptions(args: Arguments): ResultsOptions {
  const roles = new Map<string, ColumnRole>();
  for (const [flag, role] of ROLE_OF_FLAG) {
    for (const column of args.list(flag)) {
      const other = roles.get(column);
      if (other !== undefined && other !== role) {
        throw new UsageError(`Column “${column}” is given two roles: ${other} and ${role}.`);
      }
      roles.set(column, role);
    }
  }
  const maxBytes = maxBytesOf(args);
  const checkpoints = args.oneOf('checkpoints', ['last', 'all']);
  return {
    ...(roles.size > 0 ? { roles } : {}),
    ...(checkpoints === undefined ? {} : { checkpoints }),
    ...(maxBytes === undefined ? {} : { maxBytes }),
  };
}

/** The results files of a command line, those of a folder in its place, and where they are. */
export async function loadResults(
  paths: readonly string[],
  { maxBytes }: ResultsOptions,
  io: Io,
): Promise<{ readonly paths: readonly string[]; readonly files: readonly LoadedFile[] }> {
  const found = await resultsPaths(io.disk, paths);
  return { paths: found, files: await loadFiles(io.disk, found, maxBytes) };
}

export function maxBytesOf(args: Arguments): number | undefined {
  const megabytes = args.number('max-size', { least: 0 });
  return megabytes === undefined ? undefined : megabytes * 1e6;
}

/** The fit document that a command works on: its one operand. */
export async function readFit(args: Arguments, io: Io): Promise<FitDocument> {
  const [path, ...more] = args.positionals;
  if (path === undefined || more.length > 0) {
    throw new UsageError(`One fit document (.mixlaw.json) is needed; ${args.positionals.length} files were given.`);
  }
  return decodeFit(path, io);
}

/** @throws FitDocumentError */
export async function decodeFit(path: string, io: Io): Promise<FitDocument> {
  const { bytes } = await loadFile(io.disk, path, Infinity);
  return parseFitDocument(decodeText(bytes, path), baseName(path));
}

/** @throws FitDocumentError `not-text` */
export function decodeText(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new FitDocumentError('not-text', `${baseName(path)} is not a text file.`, 'Choose another file.', {
      file: path,
    });
  }
}

/** Where to predict, and what to say about it. Millions of parameters, billions of tokens. */
export interface Scale {
  readonly modelSize: number;
  readonly tokens: number;
}

export const ALIAS_FLAG: Flag = {
  name: 'alias',
  value: 'NAME=DOMAIN',
  help: 'A name in configs and flags that means a domain of the fit; may be repeated.',
};

/** @throws UsageError */
export function aliasesOf(args: Arguments): readonly (readonly [alias: string, domain: string])[] {
  return args
    .all('alias')
    .flatMap(splitList)
    .map((pair) => {
      const at = pair.lastIndexOf('=');
      const [name, domain] = [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
      if (at < 1 || name === '' || domain === '') throw new UsageError(`--alias takes NAME=DOMAIN, not “${pair}”.`);
      return [name, domain] as const;
    });
}

export const SCALE_FLAGS: readonly Flag[] = [
  { name: 'model-size', value: 'N', help: 'Model parameters, as 1.3B (default: the largest measured).' },
  { name: 'tokens', value: 'D', help: 'Training tokens, as 30B (default: the most measured).' },
];

/** The scale asked for, or else the one the document's recommendation is for. */
export function scaleOf(args: Arguments, document: FitDocument): Scale {
  const { modelSize, tokens } = document.recommendation;
  return { modelSize: args.modelSize() ?? modelSize, tokens: args.tokens() ?? tokens };
}

/** Values by name, in the order of the names. */
export const byName = (names: readonly string[], values: ArrayLike<number>): ReadonlyMap<string, number> =>
  new Map(names.map((name, i) => [name, values[i] as number]));
