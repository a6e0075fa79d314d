import assert from 'node:assert/strict';
import { fitDocument } from '../fixtures/fitDocument';
import type { PanelPage } from './support/panelPage';
import { PanelHarness, SCREENSHOTS } from './support/panelPage';
import { themeById } from './support/themes';

describe('the leaderboard', () => {
  let harness: PanelHarness;
  let panel: PanelPage;
  before(async () => {
    harness = await PanelHarness.start();
  });
  after(() => harness.stop());
  beforeEach(async () => {
    panel = await harness.open({ theme: themeById('light') });
  });
  afterEach(() => panel.close());

  const show = (compared?: 'law' | 'baseline') =>
    panel.show(fitDocument({ domains: 5, runs: 30, ...(compared ? { compared } : {}) }), { view: 'laws' });
  const view = () => panel.page.locator('#view-laws');
  const cells = (law: string) =>
    panel.page.locator('[data-card=leaderboard] tbody tr', { hasText: law }).first().locator('th, td').allInnerTexts();

  it('says how to get one where laws were not compared, and asks for it', async () => {
    await show();
    assert.equal(await panel.page.locator('[data-card=leaderboard]').count(), 0);
    await view().locator('.button', { hasText: 'Compare laws' }).click();
    assert.ok((await panel.posted()).some(({ type }) => type === 'compare'));
  });

  it('tells the winner, ties, baselines and laws that were not judged in words', async () => {
    await show('law');
    assert.match(await view().innerText(), /Best: /);
    assert.equal((await cells('Additive'))[1], 'best');
    assert.ok((await cells('Additive')).includes('1.36 % ± 0.17 %'), (await cells('Additive')).join(' | '));
    const tables = await panel.page.locator('[data-card=leaderboard] tbody').innerText();
    assert.match(tables, /tied with the best, this fit/);
    assert.match(tables, /baseline/);
    assert.match(tables, /not judged/);
    await panel.page.screenshot({ path: `${SCREENSHOTS}/leaderboard.png` });
  });

  it('says so when no law beats the baseline', async () => {
    await show('baseline');
    assert.match(await view().innerText(), /No law beats the baseline/);
    assert.doesNotMatch(await panel.page.locator('[data-card=leaderboard] tbody').innerText(), /best/);
  });

  it('fits the law of a row', async () => {
    await show('law');
    await panel.page.locator('[data-card=leaderboard] tbody .button').first().click();
    const asked = (await panel.posted()).filter((message) => message.type === 'refit');
    assert.deepEqual(asked, [{ type: 'refit', law: 'additive' }]);
    assert.deepEqual(await panel.complaints(), []);
  });
});
