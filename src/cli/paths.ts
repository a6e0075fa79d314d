import { dirname, relative, resolve, sep } from 'node:path';

/** A data file's name in a fit document: its path from the document's folder, with `/` on every system. */
export function relativeName(path: string, document: string): string {
  return relative(dirname(resolve(document)), resolve(path))
    .split(sep)
    .join('/');
}
