import assert from 'node:assert/strict';
import type { ViewId } from '../../src/core/contract/panel';
import { fitDocument } from '../fixtures/fitDocument';
import type { PanelPage } from './support/panelPage';
import { PanelHarness } from './support/panelPage';
import { themeById } from './support/themes';

describe('charts', () => {
  const document = fitDocument({ domains: 5 });
  let harness: PanelHarness;
  let panel: PanelPage;
  before(async () => {
    harness = await PanelHarness.start();
    panel = await harness.open({ theme: themeById('dark') });
    await panel.show(document, { view: 'recommend' });
  });
  after(() => harness.stop());
  afterEach(async () => assert.deepEqual(await panel.complaints(), []));

  const views: Readonly<Partial<Record<ViewId, readonly string[]>>> = {
    recommend: ['mixture', 'losses', 'gains'],
    fit: ['predicted-observed'],
    explore: ['loss-tokens', 'ternary'],
  };
  for (const [view, cards] of Object.entries(views)) {
    it(`of ${view} become SVG that is well-formed, says what it shows, and holds text as text`, async () => {
      await panel.send({ type: 'view', view: view as ViewId });
      await panel.settle();
      for (const card of cards) {
        await panel.page.locator(`[data-card=${card}] .menu-button`, { hasText: 'Export' }).click();
        await panel.page.getByRole('menuitem', { name: 'Save as SVG' }).click();
        const found = await panel.page.evaluate((name) => {
          const { posted } = window as unknown as {
            posted: { type: string; suggestedName: string; bytes: Uint8Array }[];
          };
          const message = posted.find((m) => m.type === 'export' && m.suggestedName === name);
          const text = new TextDecoder().decode(message?.bytes);
          const parsed = new DOMParser().parseFromString(text, 'image/svg+xml');
          return {
            text,
            errors: parsed.querySelectorAll('parsererror').length,
            title: parsed.querySelector('title')?.textContent,
            texts: Array.from(parsed.querySelectorAll('text'), (one) => one.textContent),
            shapes: parsed.querySelectorAll('path').length,
            odd: Array.from(parsed.querySelectorAll('path'), (one) => one.getAttribute('d') ?? '').filter(
              (d) => !/^M[-\d. MLCQAZHVa-z]+$/.test(d),
            ),
            frames: parsed.querySelectorAll('path[fill-rule=evenodd]').length,
            corners: Math.max(
              ...Array.from(
                parsed.querySelectorAll('svg > path'),
                (one) => one.getAttribute('d')?.match(/[LC]/g)?.length ?? 0,
              ),
            ),
          };
        }, `${card}.svg`);
        assert.equal(found.errors, 0, card);
        assert.equal(found.title, await panel.page.locator(`[data-card=${card}] h3`).textContent());
        assert.ok(found.shapes > 10 && found.texts.length > 5, `${card}: ${found.shapes} shapes`);
        assert.deepEqual(found.odd, [], card);
        if (card === 'losses') assert.ok(found.frames > 0, 'bars without their frames');
        if (card === 'loss-tokens') assert.ok(found.corners >= 80, `the curve has ${found.corners} corners`);
        // Colours that not every viewer knows, and numbers that are none.
        assert.doesNotMatch(found.text, /NaN|undefined|Infinity|rgb\(|color-mix/, card);
        if (card === 'mixture') assert.ok(found.texts.includes('wikipedia') && found.texts.includes('Recommended'));
      }
    });
  }

  it('come closer and move by keyboard and by hand, and go back', async () => {
    await panel.send({ type: 'view', view: 'explore' });
    await panel.settle();
    const canvas = panel.page.locator('[data-card=loss-tokens] canvas');
    const reset = panel.page.locator('[data-card=loss-tokens] .tool', { hasText: 'Reset zoom' });
    await canvas.focus();
    // Until the intervals are there the picture is another.
    await panel.page.locator('[data-card=loss-tokens] .legend', { hasText: '90 % interval' }).waitFor();
    await panel.settle();
    const whole = await canvas.screenshot();
    await panel.page.keyboard.press('+');
    await panel.page.keyboard.press('Shift+ArrowRight');
    assert.equal(await reset.isVisible(), true);
    assert.ok(!whole.equals(await canvas.screenshot()), 'nothing is drawn closer');
    await panel.page.keyboard.press('0');
    assert.equal(await reset.isVisible(), false);
    assert.ok(whole.equals(await canvas.screenshot()), 'it is not as it was');
    const box = (await canvas.boundingBox())!;
    await panel.page.mouse.move(box.x + 100, box.y + 60);
    await panel.page.mouse.down();
    await panel.page.mouse.move(box.x + 220, box.y + 160, { steps: 4 });
    await panel.page.mouse.up();
    assert.equal(await reset.isVisible(), true);
    await reset.click();
    assert.equal(await reset.isVisible(), false);
  });

  it('offer their menus by keyboard: arrows walk, Escape leaves and gives the focus back', async () => {
    const button = panel.page.locator('[data-card=loss-tokens] .menu-button');
    await button.focus();
    await panel.page.keyboard.press('ArrowDown');
    await panel.page.keyboard.press('ArrowDown');
    const focused = (): Promise<string> => panel.page.evaluate(() => window.document.activeElement?.textContent ?? '');
    assert.match(await focused(), /^Copy as CSV/);
    await panel.page.keyboard.press('End');
    assert.match(await focused(), /^Save as PNG/);
    await panel.page.keyboard.press('Escape');
    assert.equal(await focused(), 'Export');
    assert.equal(await button.getAttribute('aria-expanded'), 'false');
  });
});
