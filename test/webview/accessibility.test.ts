import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { VIEW_IDS } from '../../src/core/contract/panel';
import { fitDocument } from '../fixtures/fitDocument';
import type { PanelPage } from './support/panelPage';
import { PanelHarness } from './support/panelPage';
import { themeById, themes } from './support/themes';

const active = (panel: PanelPage): Promise<string> =>
  panel.page.evaluate(() => document.activeElement?.id || document.activeElement?.textContent || '');

const shownPanel = (panel: PanelPage): Promise<string> =>
  panel.page.evaluate(() => document.querySelector('[role=tabpanel]:not([hidden])')?.id ?? '');

describe('accessibility', () => {
  let harness: PanelHarness;
  let axe: string;
  before(async () => {
    axe = await readFile(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8');
    harness = await PanelHarness.start();
  });
  after(() => harness.stop());

  for (const theme of themes) {
    it(`axe finds nothing in any view in ${theme.id}`, async () => {
      // Structure does not depend on colours: all rules in one theme, contrast in every one.
      const rules = theme.id === 'light' ? undefined : ['color-contrast'];
      const panel = await harness.open({ theme });
      await panel.page.evaluate(axe);
      for (const view of VIEW_IDS) {
        await panel.show(fitDocument({ domains: 5, missingLosses: true }), { view, freshness: 'changed' });
        await openTables(panel);
        assert.deepEqual(await violations(panel, rules), [], view);
      }
      await panel.close();
    });
  }

  it('walks the tabs with arrows, Home and End, and has one tab stop for them', async () => {
    const panel = await harness.open({ theme: themeById('light') });
    await panel.show(fitDocument({ domains: 4 }), { view: 'data' });
    await panel.page.focus('#tab-data');
    for (const [key, view] of [
      ['ArrowRight', 'laws'],
      ['ArrowRight', 'fit'],
      ['ArrowLeft', 'laws'],
      ['End', 'explore'],
      ['ArrowRight', 'data'],
      ['ArrowLeft', 'explore'],
      ['Home', 'data'],
    ] as const) {
      await panel.page.keyboard.press(key);
      assert.equal(await active(panel), `tab-${view}`);
      assert.equal(await shownPanel(panel), `view-${view}`);
    }
    assert.equal(await panel.page.locator('[role=tab][tabindex="0"]').count(), 1);
    await panel.close();
  });

  it('gets from the tabs to every control of Recommend with Tab alone, focus always visible', async () => {
    const panel = await harness.open({ theme: themeById('hc-dark') });
    await panel.show(fitDocument({ domains: 4, clean: true }), { view: 'recommend' });
    await panel.page.focus('#tab-recommend');
    const reached = new Set<string>();
    for (let i = 0; i < 90; i++) {
      await panel.page.keyboard.press('Tab');
      reached.add(
        await panel.page.evaluate(() => {
          const element = document.activeElement as HTMLElement & { readonly labels?: NodeListOf<HTMLElement> };
          return element.getAttribute('aria-label') ?? (element.labels?.[0] ?? element).textContent?.trim() ?? '';
        }),
      );
    }
    for (const name of [
      'Model size (parameters)',
      'Training tokens',
      'Compared with',
      'Table',
      'Export',
      'Apply to config…',
      'Greatest weight of github, percent',
      'Stay near to',
      'All equal',
      'Weight of wikipedia, percent',
      'Lock wikipedia',
      'From recommended',
    ]) {
      assert.ok(
        [...reached].some((label) => label === name),
        `${name} is not reached: ${[...reached].join(' | ')}`,
      );
    }
    await panel.close();
  });

  it('walks the points of a chart with arrows and opens one with Enter', async () => {
    const panel = await harness.open({ theme: themeById('dark') });
    const document = fitDocument({ domains: 4 });
    await panel.show(document, { view: 'fit' });
    await panel.page.focus('[data-card=predicted-observed] canvas');
    await panel.page.keyboard.press('ArrowRight');
    await panel.page.keyboard.press('ArrowRight');
    await panel.page.keyboard.press('Enter');
    const opened = (await panel.posted()).filter((message) => message.type === 'open-row');
    // The first row's second target: entries go by row, then by target.
    assert.deepEqual(opened, [{ type: 'open-row', row: document.fit.rows.train[0] }]);
    await panel.close();
  });

  it('says aloud that a fit is shown', async () => {
    const panel = await harness.open({ theme: themeById('light') });
    await panel.show(fitDocument({ domains: 4 }));
    const spoken = await panel.page.locator('body > [role=status]').textContent();
    assert.match(spoken ?? '', /results\.csv/);
    await panel.close();
  });

  it('is usable at 200 % zoom', async () => {
    // 200 % of a window 1000 wide leaves 500 CSS pixels.
    const panel = await harness.open({ theme: themeById('light'), width: 500, height: 400 });
    for (const view of VIEW_IDS) {
      await panel.show(fitDocument(), { view });
      assert.deepEqual(await panel.overflow(), [], view);
    }
    await panel.close();
  });
});

/** Opens every table of the view, so that they are looked at too. */
async function openTables(panel: PanelPage): Promise<void> {
  await panel.page.evaluate(() => {
    for (const tool of document.querySelectorAll<HTMLButtonElement>('[role=tabpanel]:not([hidden]) .tool')) {
      if (tool.textContent === 'Table' && tool.getAttribute('aria-pressed') === 'false' && !tool.hidden) tool.click();
    }
  });
  await panel.settle();
}

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
  }[];
}

const violations = (panel: PanelPage, rules: readonly string[] | undefined): Promise<string[]> =>
  panel.page.evaluate(async (only) => {
    const { axe } = window as unknown as { axe: { run(options: object): Promise<AxeResults> } };
    const results = await axe.run({ resultTypes: ['violations'], ...(only ? { runOnly: only } : {}) });
    return results.violations.flatMap(({ id, nodes }) =>
      nodes
        .slice(0, 3)
        .map((node) => `${id}: ${node.html.slice(0, 160)} — ${node.failureSummary.replace(/\s+/g, ' ')}`),
    );
  }, rules);
