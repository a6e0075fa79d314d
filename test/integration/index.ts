/** What VS Code calls in the extension host: runs every bundled test file beside this one with mocha. */
import Mocha from 'mocha';
import { readdirSync } from 'node:fs';
import path from 'node:path';

const PROJECT = process.env['MIXLAW_PROJECT'] ?? path.join(__dirname, '../..');
const TEST_TIME_LIMIT_MS = 60_000;

export function run(): Promise<void> {
  process.setSourceMapsEnabled(true);
  const grep = process.env['MIXLAW_GREP'];
  const mocha = new Mocha({
    ui: 'bdd',
    timeout: TEST_TIME_LIMIT_MS,
    reporter: path.join(PROJECT, 'test/reporter.cjs'),
    ...(grep !== undefined && { grep }),
  });
  const files = readdirSync(__dirname, { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((name) => name.endsWith('.test.js')).sort())
    mocha.addFile(path.join(__dirname, file));
  return new Promise((resolve, reject) => {
    mocha.run((failures) => (failures === 0 ? resolve() : reject(new Error(`${failures} tests failed.`))));
  });
}
