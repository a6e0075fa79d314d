import assert from 'node:assert/strict';
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

/** What fits does not depend on colours: both widths in one theme, one of them in each of the others. */
const widths: Readonly<Record<Theme['id'], readonly number[]>> = {
  light: [400, 1400],
  dark: [1400],
  'hc-dark': [400],
  'hc-light': [1400],
};

describe('the page', () => {
  let harness: PanelHarness;
  before(async () => {
    harness = await PanelHarness.start();
  });
  after(() => harness.stop());

  it('is at most 700 KB', () => {
    assert.ok(harness.scriptBytes <= 700_000, `${harness.scriptBytes} bytes`);
  });

  for (const theme of themes) {
    describe(`in ${theme.id}`, () => {
      for (const width of widths[theme.id]) {
        describe(`${width} pixels wide`, () => {
          let panel: PanelPage;
          before(async () => {
            panel = await harness.open({ theme, width });
          });
          after(() => panel.close());
          for (const [name, document] of documents) {
            it(`draws every view of ${name}`, async () => {
              for (const view of VIEW_IDS) {
                await panel.show(document, { view, freshness: 'changed' });
                assert.deepEqual(await panel.overflow(), [], `${view} overflows`);
                assert.deepEqual(await panel.complaints(), [], `${view} complains`);
                assert.deepEqual(await emptyCharts(panel), [], `${view} has empty charts`);
                assert.deepEqual(await strangeTexts(panel), [], `${view} shows what is no number`);
              }
            });
          }
        });
      }

      it('looks like this', async () => {
        const panel = await harness.open({ theme, width: 1100 });
        for (const view of VIEW_IDS) {
          await panel.show(fitDocument(), { view });
          await panel.screenshot(`${view}-${theme.id}`);
        }
        await panel.show(fitDocument({ domains: 40, longNames: true, runs: 90 }), {
          view: 'recommend',
          freshness: 'changed',
        });
        await panel.screenshot(`recommend-40-domains-${theme.id}`);
        await panel.close();
        const narrow = await harness.open({ theme, width: 400 });
        await narrow.show(fitDocument(), { view: 'recommend' });
        await narrow.screenshot(`recommend-narrow-${theme.id}`);
        await narrow.close();
      });
    });
  }
});

/** Charts that are shown and have no ink. */
const emptyCharts = (panel: PanelPage): Promise<string[]> =>
  panel.page.evaluate(() => {
    const blank: string[] = [];
    for (const canvas of document.querySelectorAll('canvas')) {
      if (canvas.getClientRects().length === 0) continue;
      const context = canvas.getContext('2d');
      const pixels = context?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
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
