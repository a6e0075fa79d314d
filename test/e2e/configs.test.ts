import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { PROJECT, packedExtension } from './packed';
import { Workbench } from './workbench';

/** What is above the lines of the active editor: the first lens of a mixture. */
const LENS = /Predicted mean loss \d\.\d{3}/;

/** The mixtures of the example's configs, once its results have been fitted: explained, marked, mended and written. */
describe('mixtures in training configs, in the real workbench', () => {
  let temporary: string;
  let workbench: Workbench;

  before(async () => {
    const vsix = await packedExtension();
    temporary = mkdtempSync(path.join(os.tmpdir(), 'mixlaw-e2e-configs-'));
    const folder = path.join(temporary, 'example');
    cpSync(path.join(PROJECT, 'examples'), folder, { recursive: true, filter: (file) => !file.endsWith('.ts') });
    workbench = await Workbench.open({ folder, vsix, screenshots: path.join(PROJECT, 'out/screenshots/e2e') });
    await workbench.chooseInContextMenu('results.csv', 'Fit Mixing Law');
    await workbench.webview('results.mixlaw.json');
    await workbench.runCommand('View: Close All Editors');
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot(`failed-${this.currentTest.title}`);
  });
  after(async () => {
    await workbench?.close();
    if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true, maxRetries: 3 });
  });

  const lens = (text: string | RegExp): Locator =>
    workbench.page.locator('.editor-group-container.active .codelens-decoration a').filter({ hasText: text }).first();
  const code = (): Promise<string> =>
    workbench.page
      .locator('.editor-group-container.active .monaco-editor .view-lines')
      .first()
      .innerText()
      .then((text) => text.replaceAll('\u00a0', ' '));
  const until = async (matches: (text: string) => boolean, what: string): Promise<void> => {
    for (let waited = 0; waited < 30_000; waited += 100) {
      if (matches(await code())) return;
      await workbench.page.waitForTimeout(100);
    }
    throw new Error(`The editor never showed ${what}; it shows\n${await code()}`);
  };

  for (const [file, word, name] of [
    ['train_regmix.yaml', 'train_compiler', 'yaml'],
    ['doremi.json', '"compiler"', 'json'],
    ['train_megatron.sh', 'compiler_text_document', 'bash'],
    ['mixture.py', '0.55', 'python'],
    ['levanter.yaml', '7.72', 'levanter'],
    ['olmo_core.yaml', 'compiler', 'olmo'],
  ] as const) {
    it(`${file} has a lens, and a hover that predicts its losses`, async () => {
      await workbench.openFile(file);
      await lens(LENS).waitFor();
      await lens('Apply recommended').waitFor();
      const hover = await workbench.hover(word, 'Predicted');
      assert.match(await hover.innerText(), /measured mixtures/);
      await workbench.screenshot(`config-${name}`);
    });
  }

  it('the status bar names the fit', async () => {
    await workbench.page.locator('.statusbar-item').filter({ hasText: 'results.mixlaw.json' }).waitFor();
  });

  it('a sum that Python would stop at is marked, and a quick fix mends it', async () => {
    await workbench.openFile('mixture.py');
    await workbench.runCommand('Problems: Focus on Problems View');
    await workbench.page.locator('.markers-panel').getByText('stops unless the weights sum to 1').first().waitFor();
    await workbench.screenshot('diagnostic');
    await workbench.runCommand('View: Focus First Editor Group');
    await workbench.runCommand('Go to Next Problem (Error, Warning, Info)');
    await workbench.page.keyboard.press('Escape');
    await workbench.page.keyboard.press('Control+.');
    const fix = workbench.page.locator('.action-widget').getByText('Normalise the weights to a sum of 1');
    await fix.waitFor();
    await workbench.screenshot('quick-fix');
    // The menu's first entry; a click would have to get past the veil that VS Code lays over the rest.
    await workbench.page.keyboard.press('Enter');
    await until((text) => !text.includes('[0.55, 0.10'), 'the normalised weights');
    await workbench.screenshot('fixed');
  });

  it('the recommended mixture is shown as a diff, written on consent, and undone in one step', async () => {
    await workbench.openFile('train_regmix.yaml');
    const before = await code();
    await lens('Apply recommended').click();
    const question = await workbench.notification('Write these weights into train_regmix.yaml?');
    await workbench.screenshot('apply-preview');
    await question.getByRole('button', { name: 'Apply', exact: true }).click();
    await until(
      (text) => !text.includes('train_speeches: 0.40') && text.includes('train_speeches: 0.'),
      'the recommended weights',
    );
    const after = await code();
    assert.ok(after.includes('# more than its share of the text'));
    assert.equal(after.replace(/0\.\d+/g, '#'), before.replace(/0\.\d+/g, '#'));
    await lens(/as good as recommended|0\.001 above/).waitFor();
    await workbench.screenshot('applied');
    await workbench.runCommand('View: Focus Active Editor Group');
    await workbench.page.keyboard.press('Control+z');
    await until((text) => text.includes('train_speeches: 0.40'), 'the weights as they were');
    assert.equal(await code(), before);
  });

  it('and in bash, where percents stay percents', async () => {
    await workbench.openFile('train_megatron.sh');
    await lens('Apply recommended').click();
    const question = await workbench.notification('Write these weights into train_megatron.sh?');
    await question.getByRole('button', { name: 'Apply', exact: true }).click();
    await until((text) => !/^ *45\s/m.test(text), 'the recommended weights');
    await workbench.screenshot('applied-bash');
    await workbench.runCommand('View: Focus Active Editor Group');
    await workbench.page.keyboard.press('Control+z');
    await until((text) => /^ *45\s/m.test(text), 'the weights as they were');
  });
});
