import assert from 'node:assert/strict';
import { opinionsOn } from '../../src/core/recommend/consensus';
import { predictorOf } from '../../src/core/fit/predictor';
import { membersOf } from '../../src/core/fitfile/consensus';
import { fitDocument } from '../fixtures/fitDocument';
import type { PanelPage } from './support/panelPage';
import { PanelHarness } from './support/panelPage';
import { themeById } from './support/themes';

const together = fitDocument({ domains: 5, runs: 40, together: 'additive', clean: true, trainOnly: true });

describe('what a recommendation rests on', () => {
  let harness: PanelHarness;
  let panel: PanelPage;
  before(async () => {
    harness = await PanelHarness.start();
  });
  after(() => harness.stop());
  beforeEach(async () => {
    panel = await harness.open({ theme: themeById('light'), width: 1200 });
  });
  afterEach(async () => {
    assert.deepEqual(await panel.complaints(), []);
    await panel.close();
  });

  const text = (selector: string): Promise<string> => panel.page.locator(selector).first().innerText();
  const columns = async (domain: string): Promise<number[]> => {
    const row = panel.page.locator('[data-card=agreement] tbody tr', { hasText: domain });
    return (await row.locator('td').allInnerTexts()).map(Number.parseFloat);
  };

  it('is told above every view where it is several laws, and by Fit, which is about one of them', async () => {
    await panel.show(together, { view: 'fit' });
    assert.match(await text('.law-line'), /Mean of Eq\. 3, linear regression \(60 %\), Additive \(40 %\)/);
    assert.match(await text('#view-fit .notices'), /This view is about Eq\. 3.* rests on .*Additive \(40 %\)/);
    assert.match(await text('.header .stat'), /Held-out error\s+1\.36 %/);
    await panel.send({ type: 'view', view: 'laws' });
    const rows = panel.page.locator('[data-card=consensus] tbody tr');
    assert.deepEqual(await rows.locator('th').allInnerTexts(), ['Eq. 3, linear regression', 'Additive']);
  });

  it('is each law with its own best mixture, at the scale that is chosen', async () => {
    await panel.show(together, { view: 'recommend' });
    await panel.page.locator('[data-card=agreement] .tool', { hasText: 'Table' }).click();
    const [first, second] = together.consensus!.members;
    for (const [k, domain] of together.fit.domains.entries()) {
      const [own, others, apart] = await columns(domain);
      assert.ok(Math.abs(own! - 100 * first!.mixture[k]!) < 0.01, `${domain}: ${own}`);
      assert.ok(Math.abs(others! - 100 * second!.mixture[k]!) < 0.01, `${domain}: ${others}`);
      assert.ok(Math.abs(apart! - Math.abs(own! - others!)) < 0.015);
    }
    // Under another limit each law has another optimum.
    const [limited] = together.fit.domains;
    await panel.page.locator(`input.small-field[title="Greatest weight of ${limited}, percent"]`).fill('2');
    const options = { modelSize: 937, tokens: 20, upper: together.fit.domains.map((_, k) => (k === 0 ? 0.02 : 1)) };
    const laws = membersOf(together).map(({ fit }) => predictorOf(fit));
    const expected = opinionsOn(together.recommendation, laws, options);
    const seen = String(Number((100 * expected[1]!.mixture[1]!).toFixed(2)));
    await panel.page
      .locator('[data-card=agreement] tbody tr', { hasText: together.fit.domains[1]! })
      .getByText(seen)
      .first()
      .waitFor();
    assert.ok((await columns(limited!)).slice(0, 2).every((percent) => percent <= 2.0001));
  });

  it('is one law that nothing was compared with: that is said, with a way to decide by the best', async () => {
    await panel.show(fitDocument({ domains: 4, clean: true }), { view: 'recommend' });
    await panel.page.locator('#view-recommend .notices .link', { hasText: 'Decide by the best laws' }).click();
    const asked = (await panel.posted()).filter((message) => message.type === 'refit');
    assert.deepEqual(asked, [{ type: 'refit', law: 'auto' }]);
    for (const document of [together, fitDocument({ domains: 4, clean: true, law: 'additive', compared: 'law' })]) {
      await panel.show(document, { view: 'recommend' });
      assert.equal(await panel.page.getByText('Decide by the best laws').count(), 0);
    }
  });

  it('can be set against any run, which stays chosen', async () => {
    const document = fitDocument({ domains: 4, runs: 40, clean: true });
    await panel.show(document, { view: 'data' });
    await panel.page.getByRole('button', { name: 'Compare the recommendation with row 7', exact: true }).click();
    assert.match(await text('#view-data [role=status].note'), /compare with row 7/);
    const state = await panel.state();
    assert.deepEqual([state.pinnedRow, state.comparedWith], [6, 'pinned']);
    await panel.send({ type: 'view', view: 'recommend' });
    await panel.settle();
    assert.equal(await panel.page.locator('#view-recommend .stat dt').nth(1).innerText(), 'With Row 7');
    const again = await harness.open({ theme: themeById('dark'), state });
    await again.show(document, { view: 'recommend' });
    assert.equal(await again.page.locator('#view-recommend .stat dt').nth(1).innerText(), 'With Row 7');
    await again.close();
    await panel.send({ type: 'view', view: 'data' });
    await panel.page.getByRole('button', { name: 'Compare the recommendation with row 7', exact: true }).click();
    assert.equal((await panel.state()).pinnedRow, undefined);
  });

  it('shows errors of runs against their scale, with the mean at each', async () => {
    await panel.show(fitDocument({ domains: 4, clean: true }), { view: 'fit' });
    const card = panel.page.locator('[data-card=errors-by-run]');
    assert.equal(await card.getByText('Mean of a scale').count(), 0);
    await card.getByLabel('Errors against').selectOption({ label: 'model size' });
    await card.getByText('Mean of a scale').waitFor();
    await card.locator('canvas').focus();
    await panel.page.keyboard.press('ArrowRight');
    const spoken = await card.locator('[aria-live=polite]').last().textContent();
    assert.match(spoken ?? '', /row \d+.*(122M|310M|937M) parameters/s);
  });

  it('shows weights or losses alone in the table of runs', async () => {
    await panel.show(fitDocument({ domains: 4, runs: 40, clean: true }), { view: 'data' });
    const headers = (): Promise<string[]> => panel.page.locator('.table-scroll.long thead th').allInnerTexts();
    const [first] = together.fit.domains;
    assert.ok((await headers()).some((header) => header.includes('Mean loss')));
    await panel.page.getByLabel('Columns shown').selectOption({ label: 'Losses' });
    assert.equal((await headers()).filter((header) => header.startsWith(first!)).length, 1);
    await panel.page.getByLabel('Columns shown').selectOption({ label: 'Weights' });
    assert.ok((await headers()).every((header) => !header.includes(', loss')));
  });
});
