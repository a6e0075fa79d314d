import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

export const PROJECT = path.join(__dirname, '../..');

const TIME_LIMIT_MS = 120_000;
let packing: Promise<string> | undefined;

/** Packs the extension as it is published, once in a run; gives the path of the .vsix. */
export function packedExtension(): Promise<string> {
  packing ??= promisify(execFile)('npm', ['run', 'package'], { cwd: PROJECT, timeout: TIME_LIMIT_MS }).then(() =>
    path.join(PROJECT, 'mixlaw.vsix'),
  );
  return packing;
}
