import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Host } from './install';

export interface ServerOptions {
  readonly host: Host;
  /** Settings, logs and installed extensions live under it; the caller makes and removes it. */
  readonly dataDir: string;
  /** `<dataDir>/extensions` when left out. */
  readonly extensionsDir?: string;
  /** User settings on top of `QUIET_SETTINGS`, when the data directory has none yet. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Passed on to the extension host. */
  readonly env?: NodeJS.ProcessEnv;
}

export interface Server {
  readonly host: Host;
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly dataDir: string;
  /** What the server printed. */
  readonly logFile: string;
  /** Ends the server and all that it started. Safe to call twice. */
  stop(): Promise<void>;
}

/** Nothing that pops up, phones out or moves by itself during a test or on a screenshot. */
export const QUIET_SETTINGS: Readonly<Record<string, unknown>> = {
  'chat.commandCenter.enabled': false,
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'files.simpleDialog.enable': true,
  'git.enabled': false,
  'json.schemaDownload.enable': false,
  'remote.autoForwardPorts': false,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'typescript.disableAutomaticTypeAcquisition': true,
  'update.mode': 'none',
  'window.restoreWindows': 'none',
  'workbench.enableExperiments': false,
  'workbench.iconTheme': 'vs-seti',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.settings.enableNaturalLanguageSearch': false,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 3_000;
const COMMAND_LIMIT_MS = 120_000;

/** The gallery would be asked for recommendations and updates; an empty address turns it off. */
const NO_GALLERY = JSON.stringify({ serviceUrl: '', itemUrl: '', resourceUrlTemplate: '' });

/** Starts VS Code's server on a free port of this machine and waits until it listens. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { host, dataDir, extensionsDir = path.join(dataDir, 'extensions'), settings = {}, env = {} } = options;
  const settingsFile = path.join(dataDir, 'data', 'User', 'settings.json');
  const logFile = path.join(dataDir, 'server.log');
  mkdirSync(path.dirname(settingsFile), { recursive: true });
  mkdirSync(extensionsDir, { recursive: true });
  if (!existsSync(settingsFile))
    writeFileSync(settingsFile, JSON.stringify({ ...QUIET_SETTINGS, ...settings }, null, 2));

  const args = ['--host', '127.0.0.1', '--port', '0', '--without-connection-token', '--accept-server-license-terms'];
  args.push('--server-data-dir', dataDir, '--extensions-dir', extensionsDir, '--telemetry-level', 'off');
  // Without it a recent workbench ignores the extension and the test suite that its address names.
  args.push('--enable-smoke-test-driver');
  const child = spawn(host.node, [path.join(host.root, 'out/server-main.js'), ...args], {
    env: { ...process.env, EXTENSIONS_GALLERY: NO_GALLERY, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own: the extension hosts and terminals it starts end with it.
    detached: true,
  });
  const log = createWriteStream(logFile, { flags: 'a' });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });

  const group = new ProcessGroup(child);
  const release = whenThisProcessEnds(() => group.signal('SIGKILL'));
  const stop = async (): Promise<void> => {
    release();
    await group.stop();
    log.end();
  };
  try {
    const port = await listeningPort(child, logFile);
    const url = `http://127.0.0.1:${port}`;
    return { host, url, dataDir, logFile, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function listeningPort(child: ChildProcess, logFile: string): Promise<number> {
  let limit: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve, reject) => {
      const fail = (what: string): void => reject(new Error(`VS Code's server ${what}; see ${logFile}.`));
      limit = setTimeout(() => fail(`did not start within ${START_LIMIT_MS / 1000} s`), START_LIMIT_MS);
      child.once('error', reject);
      child.once('exit', (code) => fail(`ended with exit code ${code}`));
      let output = '';
      child.stdout?.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        const port = /agent listening on (\d+)/.exec(output)?.[1];
        if (port !== undefined) resolve(Number(port));
      });
    });
  } finally {
    clearTimeout(limit);
  }
}

/**
 * Calls `clean` when this process exits or is asked to; gives a function that takes this back. A process that nobody else
 * keeps from ending by a signal still ends by it.
 */
function whenThisProcessEnds(clean: () => void): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const onSignal = (signal: NodeJS.Signals): void => {
    release();
    clean();
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  const release = (): void => {
    process.off('exit', clean);
    for (const signal of signals) process.off(signal, onSignal);
  };
  process.on('exit', clean);
  for (const signal of signals) process.on(signal, onSignal);
  return release;
}

/** A child and its descendants, as long as they have not left its process group. */
class ProcessGroup {
  private readonly exited: Promise<void>;

  constructor(private readonly child: ChildProcess) {
    this.exited = new Promise((resolve) => child.once('exit', () => resolve()));
  }

  signal(signal: NodeJS.Signals): void {
    if (this.child.pid === undefined) return;
    try {
      process.kill(-this.child.pid, signal);
    } catch {
      // The group has no process left.
    }
  }

  /** Asks, waits, and then insists: extension hosts outlive a server that ended first. */
  async stop(): Promise<void> {
    this.signal('SIGTERM');
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => (timer = setTimeout(resolve, STOP_LIMIT_MS)));
    await Promise.race([this.exited, limit]);
    clearTimeout(timer);
    this.signal('SIGKILL');
  }
}

/**
 * The path to run an extension in development from: a link to its folder. VS Code starts with a theme of the extension in
 * development when it has one, and takes any theme below its folder for one: those of a host that lies inside it too.
 */
export function linkedExtension(folder: string, dataDir: string): string {
  const link = path.join(dataDir, 'extension-in-development');
  mkdirSync(dataDir, { recursive: true });
  rmSync(link, { force: true });
  symlinkSync(folder, link, 'dir');
  return link;
}

/**
 * Runs the server's own command line, which lists, installs and removes extensions; gives its exit code. Its output goes
 * where this process's goes, or nowhere.
 */
export function serverCommandLine(
  host: Host,
  args: readonly string[],
  folders: { readonly dataDir: string; readonly extensionsDir: string },
  output: 'inherit' | 'ignore',
): Promise<number> {
  const where = ['--server-data-dir', folders.dataDir, '--extensions-dir', folders.extensionsDir];
  return new Promise((resolve, reject) => {
    const child = spawn(host.node, [path.join(host.root, 'out/server-main.js'), ...args, ...where], {
      stdio: ['ignore', output, output],
      timeout: COMMAND_LIMIT_MS,
    });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
