// @ts-check
/**
 * Everything a fresh clone needs: dependencies, the build, a VS Code to run in and a browser to drive it.
 * Only Node built-ins here, as nothing is installed yet. Each step is skipped when its result is already there.
 */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT, StepError, runOrThrow, step } from './process.mjs';

const NODE_MAJOR = 20;

/**
 * @typedef {object} Needs
 * @property {boolean} [build] The bundles in `dist/`.
 * @property {boolean} [host] The VS Code that comes from the npm registry.
 * @property {boolean} [browser] A Chromium for tests and screenshots.
 */

/**
 * @param {Needs} [needs]
 * @returns {Promise<{ browser: string | undefined }>} Where Chromium is.
 */
export async function setup({ build = true, host = true, browser = true } = {}) {
  if (Number(process.versions.node.split('.')[0]) < NODE_MAJOR)
    throw new StepError(`Node ${NODE_MAJOR} or newer is needed, this is ${process.version}. See https://nodejs.org/.`);
  // The system's package manager works beside npm: neither waits for the other.
  const findingBrowser = browser ? step('browser', chromium) : Promise.resolve(undefined);
  // Its failure is reported below, after the other steps; until then it is not an unhandled one.
  findingBrowser.catch(() => undefined);
  await step('dependencies', dependencies);
  if (build) await step('build', bundle);
  if (host) await step('VS Code host', vscodeHost);
  return { browser: await findingBrowser };
}

/** @returns {Promise<[void, string]>} */
async function dependencies() {
  if (dependenciesInstalled()) return [undefined, 'already installed'];
  await runOrThrow('npm', ['ci', '--no-audit', '--no-fund'], { timeLimitSeconds: 600 });
  return [undefined, 'npm ci'];
}

/** Whether npm's record of what it installed agrees with the lock file (by content: a checkout changes file times). */
function dependenciesInstalled() {
  const record = join(ROOT, 'node_modules/.package-lock.json');
  if (!existsSync(record)) return false;
  /** @param {string} file @returns {Record<string, { version?: string, optional?: boolean }>} */
  const packages = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;
  const installed = packages(record);
  return Object.entries(packages(join(ROOT, 'package-lock.json'))).every(
    ([path, { version, optional }]) => path === '' || optional || installed[path]?.version === version,
  );
}

/** @returns {Promise<[void, string]>} */
async function bundle() {
  await runOrThrow(process.execPath, ['esbuild.mjs'], { timeLimitSeconds: 120 });
  return [undefined, 'dist/'];
}

/** @returns {Promise<[void, string]>} */
async function vscodeHost() {
  const output = await runOrThrow(process.execPath, ['--import', 'tsx', 'test/host/install.ts'], {
    timeLimitSeconds: 900,
  });
  return [undefined, output.trim().split('\n').at(-1) ?? ''];
}

const CHROMIUM_NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge'];
const CHROMIUM_PATHS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** An installed Chromium or one of its kin: `CHROMIUM`, then the search path, then the usual places. */
export function findChromium() {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const onPath = CHROMIUM_NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [process.env['CHROMIUM'] ?? '', ...onPath, ...CHROMIUM_PATHS].find((path) => path !== '' && existsSync(path));
}

/** @returns {Promise<[string, string]>} */
async function chromium() {
  const named = process.env['CHROMIUM'];
  if (named !== undefined && !existsSync(named)) throw new StepError(`CHROMIUM names ${named}, which does not exist.`);
  const found = findChromium();
  if (found !== undefined) return [found, found];
  const isRoot = process.getuid?.() === 0;
  if (isRoot && existsSync('/etc/debian_version')) {
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    await runOrThrow('apt-get', ['update'], { env, timeLimitSeconds: 300 });
    const install = ['install', '-y', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'];
    await runOrThrow('apt-get', install, { env, timeLimitSeconds: 600 });
    const installed = findChromium();
    if (installed !== undefined) return [installed, `${installed}, installed with apt-get`];
  }
  throw new StepError(
    'No Chromium or Chrome was found. Install one and run this again:\n' +
      '  Debian, Ubuntu  sudo apt-get install -y chromium fonts-dejavu-core\n' +
      '  Fedora          sudo dnf install -y chromium\n' +
      '  macOS           brew install --cask chromium\n' +
      'or name the one you have:  CHROMIUM=/path/to/chrome npm test',
  );
}

/**
 * Runs a script's main function; a failure is one message, with a stack only where we are at fault.
 *
 * @param {string} url `import.meta.url` of the script.
 * @param {() => Promise<number>} main Gives the exit code.
 */
export async function runAsScript(url, main) {
  if (process.argv[1] === undefined || url !== pathToFileURL(realpathSync(process.argv[1])).href) return;
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(error instanceof StepError ? `\n${error.message}` : error);
    process.exitCode = 1;
  }
}

await runAsScript(import.meta.url, async () => {
  await setup();
  return 0;
});
