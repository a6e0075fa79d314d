/**
 * Desktop VS Code's command line on top of the server and a headless browser: prints what the extension host prints and
 * exits with its code.
 *
 * Environment: `MIXLAW_HOST_VERSION` (`1.100`, `1.139`), `MIXLAW_HOST_TIME_LIMIT` in seconds (600), `MIXLAW_HOST_VERBOSE`
 * shows the workbench's own messages too.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { launchBrowser } from './browser';
import { parseCommandLine } from './command-line';
import type { CodeCommand } from './command-line';
import { installedHost } from './install';
import type { Host } from './install';
import { serverCommandLine, startServer } from './server';
import { workbenchUrl } from './workbench-url';

const EXIT_TIMED_OUT = 124;
const EXIT_INTERRUPTED = 130;
const DEFAULT_TIME_LIMIT_SECONDS = 600;

/** What the workbench itself says on the channel that carries the extension host's console. */
const WORKBENCH_CHATTER =
  /^(Resolv(ing|ed) connection token|Creating a socket|Updating additional builtin|Ignoring fetching additional|ChatSessionStore:|Creation of workbench contribution|\[(Service Worker|AgentHost[^\]]*|AccountPolicyGate|reconnection-grace-time)\]|$)/;

export async function main(argv: readonly string[]): Promise<number> {
  const command = parseCommandLine(argv);
  const host = await installedHost();
  const dataDir = command.userDataDir ?? mkdtempSync(path.join(os.tmpdir(), 'mixlaw-host-'));
  const extensionsDir =
    command.disableExtensions || command.extensionsDir === undefined
      ? path.join(dataDir, 'extensions-of-this-run')
      : command.extensionsDir;
  mkdirSync(extensionsDir, { recursive: true });
  try {
    return command.management === undefined
      ? await runWorkbench(host, command, dataDir, extensionsDir)
      : await serverCommandLine(host, command.management, { dataDir, extensionsDir }, 'inherit');
  } finally {
    if (command.userDataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Opens the workbench and waits for the first of: the suite's end, a crash, a signal, the time limit. */
async function runWorkbench(host: Host, command: CodeCommand, dataDir: string, extensionsDir: string): Promise<number> {
  const outcome = path.join(dataDir, `outcome-${process.pid}.json`);
  let over = false;
  let resolveEnded: (code: number) => void = () => undefined;
  const ended = new Promise<number>((resolve) => (resolveEnded = resolve));
  const end = (code: number): void => {
    over = true;
    resolveEnded(code);
  };
  const fail = (message: string, code = 1): void => {
    // Shutting down closes the browser too: that is no failure any more.
    if (!over) console.error(`[VS Code host] ${message}`);
    end(code);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => end(EXIT_INTERRUPTED));
  const seconds = Number(process.env['MIXLAW_HOST_TIME_LIMIT'] ?? DEFAULT_TIME_LIMIT_SECONDS);
  const limit = setTimeout(() => fail(`ended after ${seconds} s`, EXIT_TIMED_OUT), seconds * 1000);

  const server = await startServer({
    host,
    dataDir,
    extensionsDir,
    ...(command.extensionTestsPath !== undefined && {
      env: { MIXLAW_HOST_SUITE: command.extensionTestsPath, MIXLAW_HOST_OUTCOME: outcome },
    }),
  });
  const browser = await launchBrowser();
  browser.on('disconnected', () => fail('the browser has gone'));
  try {
    const page = await browser.newPage();
    page.on('crash', () => fail('the page has crashed'));
    await listen(page, end);
    const { workspace, extensionDevelopmentPaths, enableProposedApi } = command;
    const address = workbenchUrl(server, {
      ...(workspace !== undefined && { workspace }),
      ...(command.extensionTestsPath !== undefined && { extensionTestsPath: path.join(__dirname, 'suite-shim.cjs') }),
      extensionDevelopmentPaths,
      enableProposedApi,
    });
    await page.goto(address, { waitUntil: 'domcontentloaded' });
    const code = await ended;
    if (code === 0 && command.extensionTestsPath !== undefined && !suiteFinished(outcome)) {
      console.error('[VS Code host] the extension host ended before the suite did');
      return 1;
    }
    return code;
  } finally {
    clearTimeout(limit);
    await browser.close().catch(() => undefined);
    await server.stop();
  }
}

/** Connects the two functions through which the workbench tells a driver about the extension host. */
async function listen(page: Page, end: (code: number) => void): Promise<void> {
  const verbose = process.env['MIXLAW_HOST_VERBOSE'] !== undefined;
  await page.exposeFunction('codeAutomationLog', (type: string, args: unknown[]) => {
    if (!verbose && typeof args[0] === 'string' && WORKBENCH_CHATTER.test(args[0])) return;
    if (type === 'error' || type === 'warn') console.error(...args);
    else console.log(...args);
  });
  await page.exposeFunction('codeAutomationExit', (code: number) => end(code));
}

function suiteFinished(outcome: string): boolean {
  if (!existsSync(outcome)) return false;
  return (JSON.parse(readFileSync(outcome, 'utf8')) as { finished: boolean }).finished;
}
