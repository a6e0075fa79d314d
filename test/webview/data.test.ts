import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { VIEW_IDS } from '../../src/core/contract/panel';
import type { FitDocument } from '../../src/core/fitfile/types';
import { laws } from '../../src/core/laws/registry';
import { parseMessage } from '../../src/features/fitEditor/messages';
import { fitDocument } from '../fixtures/fitDocument';
import { PanelHarness, type PanelPage } from './support/panelPage';
import { themeById } from './support/themes';

/** Messages of one kind that the page has posted. */
const sent = async (panel: PanelPage, type: string) =>
  (await panel.posted()).filter((message) => message.type === type);

describe('data, and what was before', () => {
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

  it('sends roles that the reader changed, and only those', async () => {
    await panel.show(fitDocument({ domains: 4 }), { view: 'data' });
    const role = (column: string) => panel.page.getByLabel(`Role of column ${column}`, { exact: true });
    await role('weight_github').selectOption('ignored');
    await role('weight_arxiv').selectOption('loss');
    await role('weight_arxiv').selectOption('weight');
    assert.match(await panel.page.locator('.pending').innerText(), /^1 column is to be read differently/);
    await panel.page.getByText('Save and fit again').click();
    assert.deepEqual(await sent(panel, 'set-roles'), [
      { type: 'set-roles', roles: [{ name: 'weight_github', role: 'ignored' }], refit: true },
    ]);
    assert.equal(await panel.page.locator('.pending').innerText(), '');
  });

  it('takes changed roles back', async () => {
    await panel.show(fitDocument({ domains: 4 }), { view: 'data' });
    const select = panel.page.getByLabel('Role of column run', { exact: true });
    await select.selectOption('tokens');
    await panel.page.getByText('Undo', { exact: true }).click();
    assert.equal(await select.inputValue(), 'id');
    assert.deepEqual(await sent(panel, 'set-roles'), []);
  });

  it('scrolls through 10,000 rows with a few of them in the page', async () => {
    await panel.show(fitDocument({ domains: 6, runs: 10_000, trainOnly: true }), { view: 'data' });
    const long = panel.page.locator('.table-scroll.long');
    const rows = long.locator('tbody tr:not(.room)');
    assert.ok((await rows.count()) < 80);
    assert.equal(await long.locator('table').getAttribute('aria-rowcount'), '10001');
    await long.evaluate((element) => (element.scrollTop = element.scrollHeight));
    await panel.settle();
    assert.equal(await rows.last().locator('th').innerText(), '10000');
    await long.evaluate((element) => (element.scrollTop = 24 * 5000));
    await panel.settle();
    const numbers = (await rows.locator('th').allInnerTexts()).map(Number);
    assert.ok(numbers.includes(5001) && numbers.includes(5010) && numbers.length < 80);
    await rows.getByRole('rowheader', { name: '5005', exact: true }).locator('.link').click();
    assert.deepEqual(await sent(panel, 'open-row'), [{ type: 'open-row', row: 5004 }]);
    assert.deepEqual(await panel.complaints(), []);
  });

  it('sorts the rows by a column and keeps those that meet conditions', async () => {
    const document = fitDocument({ domains: 4, runs: 400 });
    await panel.show(document, { view: 'data' });
    const table = panel.page.locator('.table-scroll.long');
    const rows = table.locator('tbody tr:not(.room)');
    const domain = document.fit.domains[0]!;
    const header = table.getByRole('columnheader', { name: `${domain}, weight` });
    await header.getByRole('button').click();
    const weights = document.observations.mixtures.map((mixture) => 100 * mixture[0]!);
    const column = (await table.locator('thead th').allInnerTexts()).findIndex((text) =>
      text.startsWith(`${domain}, w`),
    );
    const shown = async (): Promise<number[]> =>
      (await rows.locator(`> :nth-child(${column + 1})`).allInnerTexts()).map(Number.parseFloat);
    const largest = [...weights].sort((a, b) => b - a);
    (await shown()).forEach((weight, i) => assert.ok(Math.abs(weight - largest[i]!) < 0.051));
    assert.equal(await header.getAttribute('aria-sort'), 'descending');

    const filter = panel.page.getByLabel('Only rows with');
    await filter.fill(`${domain} weight >= 30 %; set = fitted`);
    const fitted = new Set(document.fit.rows.train);
    const kept = document.observations.rows.filter((row, i) => weights[i]! >= 30 && fitted.has(row));
    assert.ok(kept.length > 0 && kept.length < weights.length);
    assert.equal(await table.locator('table').getAttribute('aria-rowcount'), String(kept.length + 1));
    assert.ok((await shown()).every((weight) => weight >= 29.95));
    await panel.page.getByTitle('Copy the rows that are shown').click();
    const [copied] = await sent(panel, 'copy');
    assert.equal((copied as { text: string }).text.trim().split('\n').length, kept.length + 1);

    await filter.fill('nothing > 1');
    assert.match(await panel.page.locator('.row-filter .fault').innerText(), /No column is named “nothing”/);
    assert.equal(await filter.getAttribute('aria-invalid'), 'true');
    await filter.fill('');
    assert.equal(await table.locator('table').getAttribute('aria-rowcount'), String(weights.length + 1));
    assert.deepEqual(await panel.overflow(), []);
    assert.deepEqual(await panel.complaints(), []);
  });

  it('names the run that stands out, and leads to its row', async () => {
    const document = fitDocument({ domains: 4, runs: 40 });
    const { losses } = document.observations;
    const spoiled = losses.map((row, i) => (i === 12 ? row.map((loss) => (loss === null ? null : loss * 1.4)) : row));
    const observations = { ...document.observations, losses: spoiled };
    await panel.show({ ...document, observations }, { view: 'fit' });
    const row = document.observations.rows[12]!;
    const notices = panel.page.getByLabel('Runs that stand out').locator('li');
    assert.equal(await notices.count(), 1);
    assert.match(await notices.innerText(), new RegExp(`Row ${row + 1} is missed by 2\\d\\.\\d % on average`));
    await notices.locator('.link').click();
    assert.deepEqual(await sent(panel, 'open-row'), [{ type: 'open-row', row }]);
  });

  it('shows what was recommended then and now until the reader has seen it', async () => {
    const now = fitDocument({ domains: 4 });
    const mixture = [0.4, 0.3, 0.2, 0.1];
    const previous = {
      law: 'quantization',
      domains: now.fit.domains,
      rows: 40,
      recommendation: { ...now.recommendation, mixture },
    };
    await panel.show(now, { view: 'recommend', previous });
    const text = await panel.page.locator('.previous').innerText();
    const moved = mixture.reduce((sum, then, k) => sum + Math.abs(now.recommendation.mixture[k]! - then), 0) / 2;
    assert.ok(text.includes(`${(100 * moved).toFixed(1)} % of the tokens moved`), text);
    assert.match(text, /22 rows more than before\. The law was Eq\. 1/);
    const [then, changed] = /mean loss of ([\d.]+), .* now ([\d.]+)/.exec(text)!.slice(1).map(Number);
    assert.ok(changed! < then!, text);
    assert.deepEqual(await panel.overflow(), []);
    await panel.screenshot('previous-light');
    await panel.page.getByText('Dismiss').click();
    assert.equal(await panel.page.locator('.previous').count(), 0);
    assert.deepEqual(await sent(panel, 'dismiss-previous'), [{ type: 'dismiss-previous' }]);
  });

  it('does not compare losses of fits of other domains', async () => {
    const now = fitDocument({ domains: 4 });
    const previous = {
      law: now.fit.law,
      domains: ['other', ...now.fit.domains.slice(1)],
      rows: 62,
      recommendation: now.recommendation,
    };
    await panel.show(now, { view: 'recommend', previous });
    assert.match(await panel.page.locator('.previous').innerText(), /domains are not the same/);
    assert.deepEqual(await panel.complaints(), []);
  });

  it('asks for a report', async () => {
    await panel.show(fitDocument({ domains: 4 }), { view: 'data' });
    await panel.page.getByText('Report…').click();
    assert.deepEqual(await sent(panel, 'report'), [{ type: 'report' }]);
    // What the reader has chosen goes with it, in a form that the host takes.
    await panel.page.locator('#tab-recommend').click();
    await panel.page.locator('input.small-field[title="Training tokens"]').fill('40B');
    await panel.settle();
    await panel.page.getByText('Report…').click();
    const [, chosen] = await sent(panel, 'report');
    assert.ok(chosen?.type === 'report' && chosen.options?.tokens === 40);
    assert.deepEqual(parseMessage(chosen), chosen);
  });
});

describe('the page in another language', () => {
  const bundle = JSON.parse(readFileSync('l10n/bundle.l10n.json', 'utf8')) as Record<string, string>;
  /** Longer than English, with letters that no text of ours has, so that what is not translated is seen. */
  const pseudo = (text: string): string => `⟦${text.replace(/[aeou](?![^{]*\})/g, '$&\u0303')} ~~~⟧`;
  let harness: PanelHarness;
  before(async () => {
    harness = await PanelHarness.start();
  });
  after(() => harness.stop());

  async function open(document: FitDocument): Promise<PanelPage> {
    const panel = await harness.open({ theme: themeById('light'), width: 400 });
    const strings = Object.fromEntries(Object.keys(bundle).map((text) => [text, pseudo(text)]));
    const content = JSON.stringify(strings).replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
    await panel.page.route(
      ({ pathname }) => pathname === '/',
      async (route) => {
        const response = await route.fetch();
        const body = (await response.text()).replace(
          '<title>',
          `<meta name="mixlaw-strings" content="${content}"><title>`,
        );
        await route.fulfill({ response, body });
      },
    );
    await panel.page.reload();
    await panel.show(document, { view: 'data' });
    return panel;
  }

  it('shows headings, buttons, headers of tables and tabs in it, at 400 pixels', async () => {
    const panel = await open(fitDocument({ domains: 5, compared: 'law' }));
    for (const view of VIEW_IDS) {
      await panel.page.locator(`#tab-${view}`).click();
      await panel.settle();
      const english = await panel.page
        .locator(`#view-${view} :is(h2, h3, .subtitle, button.sort, button.tool, dt), [role=tab]`)
        .evaluateAll((elements) =>
          elements
            .filter((element) => element.getClientRects().length > 0)
            .map((element) => element.textContent ?? '')
            .filter((text) => text !== '' && !text.includes('⟦')),
        );
      assert.deepEqual(
        english.filter((text) => !NAMES.test(text) && !TITLES.has(text)),
        [],
        view,
      );
      assert.deepEqual(await panel.overflow(), [], view);
    }
    assert.deepEqual(await panel.complaints(), []);
    await panel.screenshot('pseudo-locale');
    await panel.close();
  });
});

/** Names, numbers, symbols of parameters, and titles that the core gives. */
const NAMES = /^(SHA-256|[A-Za-zεαβγ]{1,2}(, .*)?|wikipedia|pile_cc|github|arxiv|books3|.*\d.*)$/;
const TITLES: ReadonlySet<string> = new Set(laws.map(({ title }) => title));
