// @ts-check
/**
 * `npm start`: sets up what is missing and opens the example project with the extension, in desktop VS Code when there is
 * one, otherwise in the VS Code from the npm registry, whose address it prints. `npm start -- --headless` fits the example
 * without a window instead, writes screenshots to `out/screenshots/`, prints the result and exits.
 */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { parseArgs } from 'node:util';
import { run } from './process.mjs';
import { runAsScript, setup } from './setup.mjs';

const HEADLESS_LIMIT_SECONDS = 300;

await runAsScript(import.meta.url, async () => {
  const { values } = parseArgs({ options: { headless: { type: 'boolean', default: false } } });
  const desktop = values.headless ? undefined : findDesktopVscode();
  const { browser } = await setup({ host: desktop === undefined, browser: values.headless });
  const example = (/** @type {string[]} */ ...args) => [['--import', 'tsx', 'scripts/example.ts'], args].flat();

  if (values.headless) {
    const { code } = await run(process.execPath, example('show'), {
      timeLimitSeconds: HEADLESS_LIMIT_SECONDS,
      env: { CHROMIUM: browser },
    });
    return code;
  }
  if (desktop !== undefined) {
    const { code } = await run(process.execPath, example('open', desktop));
    if (code === 0) return code;
    console.log('\nDesktop VS Code did not start; here is the one from the npm registry instead.');
    await setup({ build: false, browser: false });
  }
  const { code } = await run(process.execPath, example('serve'));
  return code;
});

/** Desktop VS Code's command: `VSCODE_PATH`, then `code` on the search path, then where macOS has it. */
function findDesktopVscode() {
  // As root it does not start, and without a screen it cannot show anything.
  if (process.platform === 'linux' && (process.getuid?.() === 0 || !hasScreen())) return undefined;
  const names = process.platform === 'win32' ? ['code.cmd'] : ['code', 'code-insiders'];
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const places = [
    process.env['VSCODE_PATH'] ?? '',
    ...names.flatMap((name) => folders.map((folder) => join(folder, name))),
    '/Applications/Visual Studio Code.app/Contents/Resources/app/bin/code',
  ];
  return places.find((place) => place !== '' && existsSync(place));
}

function hasScreen() {
  return process.env['DISPLAY'] !== undefined || process.env['WAYLAND_DISPLAY'] !== undefined;
}
