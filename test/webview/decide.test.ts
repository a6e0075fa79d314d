import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import type { NamedMixture } from '../../src/core/fitfile/types';
import { predictorOf } from '../../src/core/fit/predictor';
import { uncertaintyOf } from '../../src/core/judge/uncertainty';
import { formatLoss } from '../../src/core/quantity';
import { recommend } from '../../src/core/recommend/recommend';
import type { RecommendOptions } from '../../src/core/recommend/types';
import { moveWeight } from '../../webview/compute/trial';
import { signedText } from '../../webview/format';
import { openSession } from '../../webview/session';
import { fitDocument } from '../fixtures/fitDocument';
import type { PanelPage } from './support/panelPage';
import { PanelHarness } from './support/panelPage';
import { themeById } from './support/themes';

const document = fitDocument({ domains: 4, clean: true });
const predictor = predictorOf(document.fit);
const scale = { modelSize: 937, tokens: 20 };

function meanLoss(mixture: ArrayLike<number>): number {
  const losses = new Float64Array(4);
  predictor.predict(Float64Array.from(mixture), scale.modelSize, scale.tokens, losses);
  return losses.reduce((sum, loss) => sum + loss / 4, 0);
}
const recommended = (options: Partial<RecommendOptions>): string =>
  formatLoss(meanLoss(recommend(predictor, { ...scale, ...options }).mixture), 4);

describe('deciding in Recommend', () => {
  let harness: PanelHarness;
  let panel: PanelPage;
  before(async () => {
    harness = await PanelHarness.start();
    panel = await harness.open({ theme: themeById('light'), width: 1200 });
  });
  after(() => harness.stop());
  beforeEach(async () => {
    await panel.show({ ...document, generator: String(Math.random()) }, { view: 'recommend' });
  });
  afterEach(async () => assert.deepEqual(await panel.complaints(), []));

  const stat = (index: number): Promise<string | null> =>
    panel.page.locator('#view-recommend .stat-value').nth(index).textContent();
  const field = (label: string): Locator => panel.page.locator(`input.small-field[title="${label}"]`);
  const click = (label: string): Promise<void> =>
    panel.page.locator('#view-recommend .button', { hasText: label }).first().click();

  it('shows how sure every number is, a moment later', async () => {
    const details = panel.page.locator('#view-recommend .stat-detail');
    await details.filter({ hasText: '90 %' }).first().waitFor();
    const { runs } = openSession(document, 'x', 'fresh', undefined);
    const sure = uncertaintyOf(document.fit, runs);
    const mixture = Float64Array.from(document.recommendation.mixture);
    const { targetWeights } = document.recommendation;
    const mean = sure.weightedMean(mixture, targetWeights, scale.modelSize, scale.tokens, 0.9);
    const shown = (await details.first().textContent()) ?? '';
    assert.ok(shown.includes(`90 %: ${formatLoss(mean.low, 3)} – ${formatLoss(mean.high, 3)}`), shown);
    const gain = sure.gain(mixture, new Float64Array(4).fill(0.25), targetWeights, scale.modelSize, scale.tokens, 0.9);
    await panel.page.locator('[data-card=gains] .tool', { hasText: 'Table' }).click();
    const row = panel.page.locator('[data-card=gains] tbody tr').first();
    await row.filter({ hasText: signedText(gain.low, 4) }).waitFor();
    assert.ok(((await row.textContent()) ?? '').includes(signedText(gain.high, 4)));
    await panel.page.locator('[data-card=gains] .tool', { hasText: 'Table' }).click();
  });

  it('shows how far each weight can move, behind its slider and in the table', async () => {
    await panel.page.locator('.track-band:not([hidden])').first().waitFor();
    await panel.page.locator('[data-card=mixture] .tool', { hasText: 'Table' }).click();
    const cells = await panel.page.locator('[data-card=mixture] tbody tr').first().locator('td').allTextContents();
    const [best, , , low, high] = cells.map((text) => Number(text.replace(' %', '')));
    assert.ok(low! < best! && best! < high!, cells.join(' | '));
    await panel.page.locator('[data-card=mixture] .tool', { hasText: 'Table' }).click();
  });

  it('keeps to epochs of the tokens that exist, to groups, and near to another mixture', async () => {
    await field('Tokens that exist of wikipedia').fill('500M');
    await panel.settle();
    const stocks = { available: [0.5, NaN, NaN, NaN], maxEpochs: 4 };
    assert.equal(await stat(0), recommended(stocks));
    await click('Add a group');
    await panel.page.locator('.group-domain', { hasText: 'github' }).click();
    await field('Group 1: greatest, %').fill('12');
    await panel.settle();
    assert.equal(await stat(0), recommended({ ...stocks, groups: [{ label: 'Group 1', domains: [0, 2], max: 0.12 }] }));
    await click('No limits');
    await panel.page.getByLabel('Stay near to').selectOption({ label: 'Uniform' });
    await field('Largest change, points').fill('1');
    await field('Pull, nats per nat of KL').fill('0.5');
    await panel.settle();
    const uniform = [0.25, 0.25, 0.25, 0.25];
    assert.equal(await stat(0), recommended({ current: uniform, maxChange: 0.01, prior: uniform, kl: 0.5 }));
    await click('No limits');
    await panel.settle();
    assert.equal(await stat(0), recommended({}));
  });

  it('has the host apply, copy and export the recommended mixture', async () => {
    const before = (await panel.posted()).length;
    for (const label of ['Apply to config…', 'Copy as…', 'Export as…']) await click(label);
    const { mixture } = document.recommendation;
    assert.deepEqual((await panel.posted()).slice(before), [
      { type: 'apply-mixture', name: 'Recommended', mixture },
      { type: 'export-mixture', name: 'Recommended', mixture, to: 'clipboard' },
      { type: 'export-mixture', name: 'Recommended', mixture, to: 'file' },
    ]);
  });

  it('gets from Fit to an applied recommendation by keyboard alone', async () => {
    await panel.send({ type: 'view', view: 'fit' });
    await panel.settle();
    const before = (await panel.posted()).length;
    await panel.page.focus('#tab-fit');
    await panel.page.keyboard.press('ArrowRight');
    for (let i = 0; i < 40; i++) {
      await panel.page.keyboard.press('Tab');
      const focused = await panel.page.evaluate(() => window.document.activeElement?.textContent?.trim());
      if (focused === 'Apply to config…') break;
    }
    await panel.page.keyboard.press('Enter');
    const types = (await panel.posted()).slice(before).map(({ type }) => type);
    assert.deepEqual(types, ['apply-mixture']);
  });

  it('keeps what-if mixtures: named, compared, renamed, applied and deleted', async () => {
    const saved = async (): Promise<readonly NamedMixture[]> =>
      (await panel.posted()).filter((message) => message.type === 'save-what-ifs').at(-1)?.whatIfs ?? [];
    const name = panel.page.getByLabel('Name of the what-if mixture');
    const keep = async (domain: string, percent: string, as: string): Promise<void> => {
      await panel.page.getByLabel(`Weight of ${domain}: type a percentage`).fill(percent);
      await panel.page.keyboard.press('Enter');
      await name.fill(as);
      await panel.page.keyboard.press('Enter');
      await panel.settle();
    };
    await keep('github', '40', 'more code');
    await keep('arxiv', '50', 'more code');
    const [first, second] = await saved();
    assert.deepEqual([first?.name, second?.name], ['more code', 'more code 2']);
    const free = [false, false, false, false];
    assert.deepEqual(first?.mixture, [...moveWeight(document.recommendation.mixture, free, 2, 0.4)]);

    const row = panel.page.locator('.what-ifs li').first();
    await row.getByText('Compare', { exact: true }).click();
    await panel.settle();
    assert.equal(await stat(1), formatLoss(meanLoss(first!.mixture), 4));
    assert.equal(await panel.page.locator('[data-card=side-by-side] canvas').isVisible(), true);
    const more = async (item: string): Promise<void> => {
      await row.locator('.menu-button').click();
      await panel.page.getByRole('menuitem', { name: item }).click();
    };
    await more('Rename');
    await panel.page.locator('.what-ifs .name-field').fill('code first');
    await panel.page.keyboard.press('Enter');
    await panel.settle();
    assert.equal((await saved())[0]?.name, 'code first');
    await more('Apply to config…');
    const applied = (await panel.posted()).filter((message) => message.type === 'apply-mixture').at(-1);
    assert.deepEqual([applied?.name, applied?.mixture], ['code first', first?.mixture]);
    await more('Delete');
    await panel.settle();
    assert.deepEqual(await saved(), [second]);
  });

  it('shows a document of which only the what-if mixtures changed without moving what the reader does', async () => {
    const shown = { ...document, generator: 'once' };
    await panel.show(shown, { view: 'recommend' });
    const name = panel.page.getByLabel('Name of the what-if mixture');
    await name.fill('half typed');
    await panel.show({ ...shown, whatIfs: [{ name: 'from the file', mixture: [0.1, 0.2, 0.3, 0.4] }] });
    assert.equal(await name.inputValue(), 'half typed');
    assert.equal(await panel.page.locator('.what-if-name').textContent(), 'from the file');
  });
});
