/**
 * Runs the integration tests in a real extension host: bundles them, copies the example project to a temporary folder for
 * them to work on, and starts a VS Code with the extension from this checkout.
 *
 * `npm test -- --only integration`; a part of them with `MIXLAW_GREP=hover npx tsx test/integration/run.ts`.
 */
import { runTests } from '@vscode/test-electron';
import { build } from 'esbuild';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chooseVscode } from '../host/choose';

const PROJECT = path.join(__dirname, '../..');
const BUNDLED = path.join(PROJECT, 'out/integration');
const TIME_LIMIT_SECONDS = 540;

async function main(): Promise<void> {
  const { executable, description } = await chooseVscode();
  console.log(`In ${description}`);
  await bundleTests();
  const temporary = mkdtempSync(path.join(os.tmpdir(), 'mixlaw-integration-'));
  try {
    const workspace = path.join(temporary, 'example');
    cpSync(path.join(PROJECT, 'examples'), workspace, { recursive: true });
    await runTests({
      vscodeExecutablePath: executable,
      extensionDevelopmentPath: PROJECT,
      extensionTestsPath: path.join(BUNDLED, 'index.js'),
      launchArgs: [
        workspace,
        '--disable-extensions',
        `--user-data-dir=${path.join(temporary, 'user-data')}`,
        `--extensions-dir=${path.join(temporary, 'extensions')}`,
      ],
      extensionTestsEnv: { MIXLAW_HOST_TIME_LIMIT: String(TIME_LIMIT_SECONDS), MIXLAW_PROJECT: PROJECT },
    });
  } finally {
    rmSync(temporary, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** One CommonJS file a test file, as the extension host loads nothing else without help; packages stay outside. */
async function bundleTests(): Promise<void> {
  rmSync(BUNDLED, { recursive: true, force: true });
  const tests = readdirSync(__dirname, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.test.ts'),
  );
  await build({
    absWorkingDir: __dirname,
    entryPoints: ['index.ts', ...tests],
    outbase: '.',
    outdir: BUNDLED,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    packages: 'external',
    external: ['vscode'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
