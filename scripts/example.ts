/**
 * The example project in a VS Code with the extension from this checkout; `npm start` calls it.
 * `open <code>` in desktop VS Code, `serve` in a browser of the user's, `show` without a window.
 */
import { execFile, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { packedExtension } from '../test/e2e/packed';
import { Workbench } from '../test/e2e/workbench';
import { installedHost } from '../test/host/install';
import { linkedExtension, startServer } from '../test/host/server';
import { workbenchUrl } from '../test/host/workbench-url';

const PROJECT = path.join(__dirname, '..');
/** A copy, kept from run to run, so that trying things out leaves the checkout as it is. */
const PLAYGROUND = path.join(PROJECT, 'out', 'example');
const SCREENSHOTS = path.join(PROJECT, 'out', 'screenshots');

function copyExample(to: string): string {
  // The scripts beside the data import the core and would not run from a copy.
  if (!existsSync(to))
    cpSync(path.join(PROJECT, 'examples'), to, { recursive: true, filter: (file) => !file.endsWith('.ts') });
  return to;
}

async function open(code: string): Promise<void> {
  const folder = copyExample(PLAYGROUND);
  const child = spawn(code, ['--new-window', `--extensionDevelopmentPath=${PROJECT}`, folder], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  if (exitCode !== 0) throw new Error(`${code} ended with exit code ${exitCode}.`);
  console.log(`\nOpened ${path.relative(PROJECT, folder)} in desktop VS Code (${code}).\n${NEXT}`);
}

async function serve(): Promise<void> {
  const folder = copyExample(PLAYGROUND);
  const dataDir = path.join(PROJECT, 'out', 'vscode');
  // What a user changes there stays theirs: only these settings are ours, and only in a new data directory.
  const settings = { 'workbench.startupEditor': 'none' };
  const server = await startServer({ host: await installedHost(), dataDir, settings });
  const extension = linkedExtension(PROJECT, dataDir);
  const url = workbenchUrl(server, { workspace: folder, extensionDevelopmentPaths: [extension] });
  console.log(`\nVS Code ${server.host.vscode} is running. Open this address in a browser:\n\n  ${url}\n\n${NEXT}`);
  console.log('Ctrl-C ends it.');
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
  await server.stop();
}

const NEXT =
  'Right-click results.csv, choose Fit Mixing Law; then hover over the mixture in configs/train_regmix.yaml.';

async function show(): Promise<void> {
  const temporary = mkdtempSync(path.join(os.tmpdir(), 'mixlaw-example-'));
  try {
    const folder = copyExample(path.join(temporary, 'example'));
    const workbench = await Workbench.open({ folder, vsix: await packedExtension(), screenshots: SCREENSHOTS });
    const written: string[] = [];
    const shoot = async (name: string): Promise<void> => void written.push(await workbench.screenshot(name));
    try {
      await tour(workbench, shoot);
    } catch (error) {
      console.error(`What the screen showed: ${path.relative(PROJECT, await workbench.screenshot('failure'))}`);
      throw error;
    } finally {
      await workbench.close();
    }
    const cli = [path.join(PROJECT, 'dist', 'cli.js'), 'fit', 'results.csv'];
    const { stdout } = await promisify(execFile)(process.execPath, cli, { cwd: folder });
    console.log(`\n${stdout}\n${written.map((file) => path.relative(PROJECT, file)).join('\n')}`);
  } finally {
    rmSync(temporary, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** What a new user does in the first minutes, with a picture of each step. */
async function tour(workbench: Workbench, shoot: (name: string) => Promise<void>): Promise<void> {
  const { page } = workbench;
  await workbench.setTheme('light');
  await workbench.openContextMenu('results.csv', 'Fit Mixing Law');
  await shoot('1-menu-light');
  await page.keyboard.press('Escape');
  await workbench.chooseInContextMenu('results.csv', 'Fit Mixing Law');
  let panel = await workbench.webview('results.mixlaw.json');
  await panel.getByRole('heading', { name: 'Recommended mixture' }).waitFor();
  await panel.getByText('if the law is right').first().waitFor();
  await shoot('2-recommend-light');
  for (const view of ['Data', 'Laws', 'Fit', 'Explore']) {
    await panel.getByRole('tab', { name: view }).click();
    await panel.getByRole('tablist').evaluate((tabs) => tabs.scrollIntoView());
    await shoot(`3-${view.toLowerCase()}-light`);
  }
  await panel.getByRole('tab', { name: 'Recommend' }).click();
  await workbench.openFile('train_regmix.yaml');
  await workbench.hover('train_compiler', /train_compiler[^]*Predicted/);
  await shoot('4-hover-light');
  await page.keyboard.press('Escape');
  await page.locator('.codelens-decoration a').filter({ hasText: 'Apply recommended' }).first().click();
  const question = await workbench.notification('Write these weights into train_regmix.yaml?');
  await shoot('5-apply-light');
  await question.getByRole('button', { name: 'Apply', exact: true }).click();
  await page
    .locator('.codelens-decoration')
    .filter({ hasText: /as good as recommended|0\.00\d above/ })
    .first()
    .waitFor();
  await shoot('6-applied-light');
  await page.locator('.activitybar').getByRole('tab', { name: 'Mixlaw' }).click();
  await page.locator('.sidebar .monaco-list-row').filter({ hasText: 'results.mixlaw.json' }).click();
  panel = await workbench.webview('results.mixlaw.json');
  await panel.getByText('if the law is right').first().waitFor();
  await shoot('7-workspace-light');
  await workbench.setTheme('dark');
  await shoot('7-workspace-dark');
  await workbench.openFile('train_regmix.yaml');
  await workbench.hover('train_compiler', /train_compiler[^]*Predicted/);
  await shoot('4-hover-dark');
}

const [command, argument = ''] = process.argv.slice(2);
const commands: Readonly<Record<string, () => Promise<void>>> = { open: () => open(argument), serve, show };
const chosen = commands[command ?? ''] ?? (() => Promise.reject(new Error(`No such command: ${command}.`)));
chosen().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
