import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Frame } from 'playwright-core';
import { PROJECT, packedExtension } from './packed';
import { THEMES, Workbench } from './workbench';
import type { ThemeName } from './workbench';

/** The main job, as someone does it who has just installed the extension. Each step builds on the one before. */
describe('from a results file to a mixture, in the real workbench', () => {
  let temporary: string;
  let folder: string;
  let workbench: Workbench;
  let panel: Frame;

  before(async () => {
    const vsix = await packedExtension();
    temporary = mkdtempSync(path.join(os.tmpdir(), 'mixlaw-e2e-'));
    folder = path.join(temporary, 'example');
    cpSync(path.join(PROJECT, 'examples'), folder, { recursive: true, filter: (file) => !file.endsWith('.ts') });
    workbench = await Workbench.open({ folder, vsix, screenshots: path.join(PROJECT, 'out/screenshots/e2e') });
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot(`failed-${this.currentTest.title}`);
  });
  after(async () => {
    await workbench?.close();
    if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true, maxRetries: 3 });
  });

  it('a right-click on the results fits a law and opens its panel', async () => {
    await workbench.openContextMenu('results.csv', 'Fit Mixing Law');
    await workbench.screenshot('menu');
    await workbench.page.keyboard.press('Escape');
    await workbench.chooseInContextMenu('results.csv', 'Fit Mixing Law');
    panel = await workbench.webview('results.mixlaw.json');
    await panel.getByRole('heading', { name: 'Recommended mixture' }).waitFor();
  });

  it('the fit is a file beside the results, and the panel shows its numbers', async () => {
    const document = JSON.parse(readFileSync(path.join(folder, 'results.mixlaw.json'), 'utf8')) as {
      recommendation: { objective: number };
    };
    const shown = document.recommendation.objective.toFixed(4);
    assert.ok((await panel.locator('body').innerText()).includes(shown), `the panel does not show ${shown}`);
  });

  it('a hover over the mixture of a YAML config predicts its losses', async () => {
    await workbench.openFile('train_regmix.yaml');
    const hover = await workbench.hover('train_compiler', /train_compiler[^]*Predicted/);
    const text = await hover.innerText();
    for (const domain of ['novel', 'speeches', 'compiler', 'declarations', 'documentation', 'messages'])
      assert.ok(text.includes(domain), `no prediction for ${domain}`);
  });

  it('and so does one over a JSON config', async () => {
    await workbench.openFile('doremi.json');
    await workbench.hover('"compiler"', /compiler[^]*Predicted/);
  });

  for (const theme of Object.keys(THEMES) as ThemeName[])
    it(`panel and hover are drawn in ${theme}`, async () => {
      await workbench.setTheme(theme);
      await workbench.hover('"compiler"', /compiler[^]*Predicted/);
      await workbench.screenshot(`hover-${theme}`);
      await workbench.openFile('results.mixlaw.json');
      await workbench.webview('results.mixlaw.json');
      await workbench.screenshot(`panel-${theme}`);
      await workbench.openFile('doremi.json');
    });

  it('the view in the activity bar lists results, fits and mixtures, and says how they stand', async () => {
    await workbench.setTheme('light');
    await workbench.page.locator('.activitybar').getByRole('tab', { name: 'Mixlaw' }).click();
    await treeRow(workbench, 'results.mixlaw.json').waitFor();
    await treeRow(workbench, 'results.csv', 'fitted').waitFor();
    await treeRow(workbench, 'train_regmix.yaml', '6 domains').waitFor();
    await workbench.screenshot('workspace-light');
    await treeRow(workbench, 'results.mixlaw.json').click();
    panel = await workbench.webview('results.mixlaw.json');
  });

  it('results that change are offered to be fitted again, and the panel shows what that changed', async () => {
    const results = path.join(folder, 'results.csv');
    const lines = readFileSync(results, 'utf8').trimEnd().split('\n');
    writeFileSync(results, `${lines.slice(0, -30).join('\n')}\n`);
    const banner = panel.locator('.banner');
    await banner.getByText('have changed since').waitFor();
    await treeRow(workbench, 'results.mixlaw.json', 'results changed since').waitFor();
    await workbench.screenshot('changed-light');
    await banner.getByRole('button').click();
    await panel.getByText('30 rows fewer than before').waitFor();
    await workbench.screenshot('previous-light');
    await treeRow(workbench, 'results.mixlaw.json', 'results changed since').waitFor({ state: 'hidden' });
  });

  it('the report is a page beside the fit', async () => {
    await panel.getByRole('button', { name: 'Report…' }).click();
    const place = workbench.page.locator('.quick-input-widget input:visible').first();
    await place.waitFor();
    // The dialog shows the folder first, and the suggested name when it has read the folder.
    const suggested = (text: string): boolean => text.endsWith('results.report.html');
    await until(async () => suggested(await place.inputValue()));
    await place.press('Enter');
    await workbench.notification('The report was written to results.report.html.');
    const report = readFileSync(path.join(folder, 'results.report.html'), 'utf8');
    assert.match(report, /^<!DOCTYPE html>[^]*Recommended mixture[^]*mixlaw fit results\.csv/);
    assert.doesNotMatch(report, /<script/);
  });

  it('the panel comes back after the window was reloaded, where the reader was', async () => {
    await panel.getByRole('tab', { name: 'Fit' }).click();
    const gone = workbench.page.waitForEvent('framedetached', (frame) => frame === panel);
    // As a user does it: the workbench keeps its state before it goes.
    await workbench.runCommand('Developer: Reload Window');
    await gone;
    panel = await workbench.webview('results.mixlaw.json');
    await panel.getByRole('tab', { name: 'Fit', selected: true }).waitFor();
    await panel.getByRole('heading', { name: 'Predicted against observed' }).waitFor();
  });
});

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 30_000; !(await condition()); await delay(100)) {
    assert.ok(Date.now() < end, 'did not happen within 30 seconds');
  }
}

/** A row of the extension's own view, with this in it. */
const treeRow = ({ page }: Workbench, ...texts: readonly string[]) =>
  texts.reduce((rows, text) => rows.filter({ hasText: text }), page.locator('.sidebar .monaco-list-row'));
