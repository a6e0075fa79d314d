import assert from 'node:assert/strict';
import type { ViewId } from '../../src/core/contract/panel';
import { VIEW_IDS } from '../../src/core/contract/panel';
import { fitDocument } from '../fixtures/fitDocument';
import type { FitDocumentSpec } from '../fixtures/fitDocument';
import type { PanelPage } from './support/panelPage';
import { PanelHarness } from './support/panelPage';
import type { Theme } from './support/themes';
import { themes } from './support/themes';

/** Documents that have broken pages before, or could. */
const specs: Readonly<Record<string, FitDocumentSpec>> = {
  '4 domains': { domains: 4, clean: true },
  '17 domains': { domains: 17, compared: 'law' },
  '40 domains, names of 60 characters': { domains: 40, longNames: true, runs: 90, compared: 'baseline' },
  'one target': { domains: 6, targets: 1, law: 'overlap', trainOnly: true },
  'missing losses in every run, nulls': { domains: 5, missingLosses: true, nulls: true },
  'scale unknown': { domains: 4, modelSizes: [], tokens: [] },
  'one scale': { domains: 4, modelSizes: [200], tokens: [25], law: 'quantization' },
  'one run': { domains: 3, runs: 1, trainOnly: true },
};

const documents = Object.entries(specs).map(([name, spec]) => [name, fitDocument(spec)] as const);

const NARROW = 400;
const WIDE = 1400;

describe('the page', () => {
  let harness: PanelHarness;
  before(async () => {
    harness = await PanelHarness.start();
  });
  after(() => harness.stop());

  it('is at most 700 KB', () => {
    assert.ok(harness.scriptBytes <= 700_000, `${harness.scriptBytes} bytes`);
  });

  for (const [name, document] of documents) {
    describe(`of ${name}`, () => {
      let panel: PanelPage;
      before(async () => {
        panel = await harness.open({ theme: themes[0] as Theme, width: WIDE });
        await panel.show(document, { view: 'recommend', freshness: 'changed' });
      });
      after(() => panel.close());

      /** Everything that could be wrong with what is shown. */
      const check = async (view: ViewId, where: string): Promise<void> => {
        await panel.send({ type: 'view', view });
        await panel.settle();
        assert.deepEqual(await panel.overflow(), [], `${view} overflows ${where}`);
        assert.deepEqual(await panel.complaints(), [], `${view} complains ${where}`);
        assert.deepEqual(await emptyCharts(panel), [], `${view} has empty charts ${where}`);
        assert.deepEqual(await strangeTexts(panel), [], `${view} shows what is no number ${where}`);
      };

      for (const theme of themes) {
        it(`draws every view in ${theme.id}`, async () => {
          // In place, as VS Code does it.
          await panel.setTheme(theme);
          for (const view of VIEW_IDS) await check(view, `in ${theme.id}`);
        });
      }

      it('fits into 400 pixels', async () => {
        await panel.page.setViewportSize({ width: NARROW, height: 800 });
        for (const view of VIEW_IDS) await check(view, 'when narrow');
      });
    });
  }

  for (const theme of themes) {
    it(`looks like this in ${theme.id}`, async () => {
      const panel = await harness.open({ theme, width: 1100 });
      await panel.show(fitDocument(), { view: 'recommend' });
      // With what the page's thread finds, which takes a moment.
      await panel.page.locator('.track-band:not([hidden])').first().waitFor();
      for (const view of VIEW_IDS) {
        await panel.send({ type: 'view', view });
        await panel.settle();
        await panel.settle();
        await panel.screenshot(`${view}-${theme.id}`);
      }
      await panel.page.setViewportSize({ width: NARROW, height: 800 });
      await panel.send({ type: 'view', view: 'recommend' });
      await panel.settle();
      await panel.screenshot(`recommend-narrow-${theme.id}`);
      await panel.close();
    });
  }
});

/** Charts that are shown and have no ink. */
const emptyCharts = (panel: PanelPage): Promise<string[]> =>
  panel.page.evaluate(() => {
    const blank: string[] = [];
    for (const canvas of document.querySelectorAll('canvas')) {
      if (canvas.getClientRects().length === 0) continue;
      // From a copy: reading a chart's own canvas makes Chromium complain, and draw it more slowly from then on.
      const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true });
      copy?.drawImage(canvas, 0, 0);
      const pixels = copy?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
      if (!pixels.some((value) => value !== 0)) blank.push(canvas.getAttribute('aria-label') ?? '');
    }
    return blank;
  });

/** Texts that leak from a number that is none. */
const strangeTexts = (panel: PanelPage): Promise<string[]> =>
  panel.page.evaluate(() =>
    (document.querySelector('main')?.innerText ?? '')
      .split('\n')
      .filter((line) => /\b(NaN|undefined|Infinity|null|\[object)\b/.test(line)),
  );
