import { downloadAndUnzipVSCode } from '@vscode/test-electron';
import { existsSync } from 'node:fs';
import path from 'node:path';

/** An executable that takes desktop VS Code's command line. */
export interface ChosenVscode {
  readonly executable: string;
  /** For people: which one, and why this one. */
  readonly description: string;
}

/** What `engines.vscode` promises is tested on the oldest version it names. */
const OLDEST_SUPPORTED = '1.100.3';
const RELEASES = 'https://update.code.visualstudio.com/api/releases/stable';
const REACHABLE_WITHIN_MS = 3000;

/**
 * The VS Code to test in: the one that `VSCODE_PATH` names, else desktop VS Code as `@vscode/test-electron` downloads it,
 * else, without a screen or where that download is out of reach, the one from the npm registry.
 * `MIXLAW_HOST_VERSION` asks for the latter, in that version.
 */
export async function chooseVscode(): Promise<ChosenVscode> {
  const own = process.env['VSCODE_PATH'];
  if (own !== undefined) {
    if (!existsSync(own)) throw new Error(`VSCODE_PATH names ${own}, which does not exist.`);
    return { executable: own, description: `${own}, as VSCODE_PATH says` };
  }
  const fromRegistry = (reason: string): ChosenVscode => ({
    executable: path.join(__dirname, 'code.cjs'),
    description: `VS Code from the npm registry (${reason})`,
  });
  const version = process.env['MIXLAW_HOST_VERSION'];
  if (version !== undefined) return fromRegistry(`version ${version} was asked for`);
  if (!hasScreen()) return fromRegistry('no screen for a desktop build');
  if (!(await isReachable(RELEASES))) return fromRegistry('the download of a desktop build is out of reach');
  return {
    executable: await downloadAndUnzipVSCode({ version: OLDEST_SUPPORTED }),
    description: `desktop VS Code ${OLDEST_SUPPORTED}`,
  };
}

function hasScreen(): boolean {
  if (process.platform !== 'linux') return true;
  return process.env['DISPLAY'] !== undefined || process.env['WAYLAND_DISPLAY'] !== undefined;
}

async function isReachable(url: string): Promise<boolean> {
  try {
    const { ok } = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(REACHABLE_WITHIN_MS) });
    return ok;
  } catch {
    return false;
  }
}
