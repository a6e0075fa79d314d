import type { Freshness } from '../contract/panel';
import { ResultsError } from '../errors';
import { DEFAULT_MAX_BYTES, refuseTooLarge } from '../results/text';
import type { FileBytes } from '../results/types';

/** The little a reader needs from a disk, so that the worker, the command line and tests can each bring their own. */
export interface Disk {
  /** Undefined when there is no such file. `modified` only has to change when the file does. */
  stat(path: string): Promise<{ readonly bytes: number; readonly modified: number } | undefined>;
  read(path: string): Promise<Uint8Array>;
  /** Lower-case hexadecimal SHA-256. */
  sha256(bytes: Uint8Array): string;
}

/** The functions of Node's `fs/promises` a disk is made of: passed in, because the core imports no Node module. */
export interface FileSystem {
  stat(path: string): Promise<{ readonly size: number; readonly mtimeMs: number }>;
  readFile(path: string): Promise<Uint8Array>;
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
    new ResultsError('file-missing', `${name} does not exist any more.`, 'Check the path, or choose the file again.', {
      file: path,
    });
  const before = await disk.stat(path);
  if (!before) throw missing();
  refuseTooLarge(name, before.bytes, maxBytes);
  const bytes = await disk.read(path).catch(async (cause: unknown) => {
    if (!(await disk.stat(path))) throw missing();
    throw new ResultsError(
      'file-unreadable',
      `${name} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      'Check that it is a file and that you may read it.',
      { file: path },
    );
  });
  const after = await disk.stat(path);
  if (!after) throw missing();
  if (after.bytes !== before.bytes || after.modified !== before.modified || bytes.length !== after.bytes) {
    throw new ResultsError(
      'file-changed',
      `${name} changed while it was read.`,
      'Wait until the program that writes it is done, then fit again.',
      { file: path },
    );
  }
  return { name, bytes, sha256: disk.sha256(bytes) };
}

export async function loadFiles(disk: Disk, paths: readonly string[], maxBytes?: number): Promise<LoadedFile[]> {
  const files: LoadedFile[] = [];
  for (const path of paths) files.push(await loadFile(disk, path, maxBytes ?? DEFAULT_MAX_BYTES));
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
