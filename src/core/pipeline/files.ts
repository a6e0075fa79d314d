import { t } from '../l10n';
import type { Freshness } from '../contract/panel';
import { ResultsError } from '../errors';
import { DEFAULT_MAX_BYTES, refuseTooLarge } from '../results/text';
import type { FileBytes } from '../results/types';

/** The little a reader needs from a disk, so that the worker, the command line and tests can each bring their own. */
export interface Disk {
  /** Undefined when there is no such file. `modified` only has to change when the file does. */
  stat(path: string): Promise<{ readonly bytes: number; readonly modified: number } | undefined>;
  read(path: string): Promise<Uint8Array>;
  /** What is in a folder; undefined when the path is none. A disk without this knows no folders. */
  list?(path: string): Promise<readonly { readonly name: string; readonly folder: boolean }[] | undefined>;
  /** Lower-case hexadecimal SHA-256. */
  sha256(bytes: Uint8Array): string;
}

/** The functions of Node's `fs/promises` a disk is made of: passed in, because the core imports no Node module. */
export interface FileSystem {
  stat(path: string): Promise<{ readonly size: number; readonly mtimeMs: number }>;
  readFile(path: string): Promise<Uint8Array>;
  readdir(
    path: string,
    options: { readonly withFileTypes: true },
  ): Promise<readonly { readonly name: string; isFile(): boolean; isDirectory(): boolean }[]>;
}

export function diskOf(fileSystem: FileSystem, sha256: Disk['sha256']): Disk {
  return {
    async stat(path) {
      try {
        const { size, mtimeMs } = await fileSystem.stat(path);
        return { bytes: size, modified: mtimeMs };
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? error.code : undefined;
        if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
        throw error;
      }
    },
    read: (path) => fileSystem.readFile(path),
    async list(path) {
      try {
        const entries = await fileSystem.readdir(path, { withFileTypes: true });
        // Links are not followed: they may lead back up.
        return entries
          .filter((entry) => entry.isFile() || entry.isDirectory())
          .map((entry) => ({ name: entry.name, folder: entry.isDirectory() }));
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? error.code : undefined;
        if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
        throw error;
      }
    },
    sha256,
  };
}

/** A file exactly as it was read, with what identifies it. */
export interface LoadedFile extends FileBytes {
  readonly sha256: string;
}

/** How a fit document remembers a data file. */
export interface DataFileStamp {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** The last part of a path of any system. */
export const baseName = (path: string): string =>
  path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);

/**
 * Reads a file that must stay the same while it is read: a training job may be appending to it.
 * @throws ResultsError `file-missing`, `file-too-large` (before a byte is read) or `file-changed`.
 */
export async function loadFile(disk: Disk, path: string, maxBytes: number): Promise<LoadedFile> {
  const name = baseName(path);
  const missing = (): ResultsError =>
    new ResultsError(
      'file-missing',
      t('{0} does not exist any more.', name),
      t('Check the path, or choose the file again.'),
      {
        file: path,
      },
    );
  const before = await disk.stat(path);
  if (!before) throw missing();
  refuseTooLarge(name, before.bytes, maxBytes);
  const bytes = await disk.read(path).catch(async (cause: unknown) => {
    if (!(await disk.stat(path))) throw missing();
    throw new ResultsError(
      'file-unreadable',
      t('{0} cannot be read: {1}', name, cause instanceof Error ? cause.message : String(cause)),
      t('Check that it is a file and that you may read it.'),
      { file: path },
    );
  });
  const after = await disk.stat(path);
  if (!after) throw missing();
  if (after.bytes !== before.bytes || after.modified !== before.modified || bytes.length !== after.bytes) {
    throw new ResultsError(
      'file-changed',
      t('{0} changed while it was read.', name),
      t('Wait until the program that writes it is done, then fit again.'),
      { file: path },
    );
  }
  return { name, bytes, sha256: disk.sha256(bytes) };
}

/** Results files. Files with equal base names are called by their path from the folder they share. */
export async function loadFiles(disk: Disk, paths: readonly string[], maxBytes?: number): Promise<LoadedFile[]> {
  const files: LoadedFile[] = [];
  const names = distinctNames(paths);
  for (const [i, path] of paths.entries()) {
    const file = await loadFile(disk, path, maxBytes ?? DEFAULT_MAX_BYTES);
    files.push({ ...file, name: names[i] as string });
  }
  return files;
}

function distinctNames(paths: readonly string[]): readonly string[] {
  const names = paths.map(baseName);
  if (new Set(names).size === names.length) return names;
  const parts = paths.map((path) => path.split(/[/\\]/));
  let shared = 0;
  while (parts.every((each) => each.length > shared + 1 && each[shared] === parts[0]?.[shared])) shared++;
  return parts.map((each) => each.slice(shared).join('/'));
}

/** What runs leave in a folder that results can be read from. */
const IN_FOLDER = /\.(?:csv|tsv|json|jsonl|ndjson|parquet|ya?ml)$/i;
const NOT_RESULTS = /^\.|^node_modules$|\.mixlaw\.json$/i;
/** `runs/run_001/eval/checkpoint-1000/…`: deeper is something else. */
const MAX_DEPTH = 6;

/**
 * The paths as given, with the files of a folder (and of those in it) in its place, by name.
 * @throws ResultsError `empty-folder`
 */
export async function resultsPaths(disk: Disk, paths: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) {
    const files = await filesIn(disk, path, 0);
    if (files?.length === 0) {
      throw new ResultsError(
        'empty-folder',
        t('There are no results in the folder {0}.', baseName(path)),
        t(
          'Choose a folder with CSV, TSV, JSON, JSONL, Parquet or YAML files: one for each run, or weights and losses.',
        ),
        { file: path },
      );
    }
    found.push(...(files ?? [path]));
  }
  return found;
}

/** Undefined when the path is no folder. */
async function filesIn(disk: Disk, path: string, depth: number): Promise<string[] | undefined> {
  const entries = await disk.list?.(path);
  if (!entries) return undefined;
  const files: string[] = [];
  const sorted = [...entries].sort((a, b) => (a.name < b.name ? -1 : 1));
  const separator = path.includes('\\') && !path.includes('/') ? '\\' : '/';
  for (const { name, folder } of sorted) {
    if (NOT_RESULTS.test(name)) continue;
    const inside = `${path.replace(/[/\\]$/, '')}${separator}${name}`;
    if (!folder && IN_FOLDER.test(name)) files.push(inside);
    else if (folder && depth < MAX_DEPTH) files.push(...((await filesIn(disk, inside, depth + 1)) ?? []));
  }
  return files;
}

/** Whether the files a fit was made from are still the same bytes. `pathOf` resolves a name in the document. */
export async function freshnessOf(
  disk: Disk,
  stamps: readonly DataFileStamp[],
  pathOf: (name: string) => string,
): Promise<Freshness> {
  let freshness: Freshness = 'fresh';
  for (const stamp of stamps) {
    const path = pathOf(stamp.name);
    const stat = await disk.stat(path);
    if (!stat) return 'missing';
    if (stat.bytes !== stamp.bytes || disk.sha256(await disk.read(path)) !== stamp.sha256) freshness = 'changed';
  }
  return freshness;
}
