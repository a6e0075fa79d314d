import assert from 'node:assert/strict';
import { predictorOf } from '../../src/core/fit/predictor';
import type { FitDocument } from '../../src/core/fitfile/types';
import { formatLoss, formatPercent, parseModelSize, parseTokens } from '../../src/core/quantity';
import { recommend } from '../../src/core/recommend/recommend';
import type { RecommendOptions } from '../../src/core/recommend/types';
import { moveWeight } from '../../webview/compute/trial';
import { fitDocument } from '../fixtures/fitDocument';
import type { Locator } from 'playwright-core';
import type { PanelPage } from './support/panelPage';
import { PanelHarness } from './support/panelPage';
import { themeById } from './support/themes';

/** Mean loss the core predicts for a mixture. */
function meanLoss(document: FitDocument, mixture: ArrayLike<number>, options: RecommendOptions): number {
  const predictor = predictorOf(document.fit);
  const losses = new Float64Array(predictor.targets.length);
  predictor.predict(Float64Array.from(mixture), options.modelSize, options.tokens, losses);
  const weights = options.targetWeights ?? Array.from(losses, () => 1);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return losses.reduce((total, loss, i) => total + (loss * (weights[i] as number)) / sum, 0);
}

const recommendedLoss = (document: FitDocument, options: RecommendOptions): number =>
  meanLoss(document, recommend(predictorOf(document.fit), options).mixture, options);

const stat = (panel: PanelPage, index: number): Promise<string | null> =>
  panel.page.locator('#view-recommend .stat-value').nth(index).textContent();

const field = (panel: PanelPage, label: string) => panel.page.locator(`input.small-field[title="${label}"]`).first();

const weight = (panel: PanelPage, domain: string): Locator =>
  panel.page.getByLabel(`Weight of ${domain}: type a percentage`);

/** Opens a menu and chooses from it. */
async function choose(panel: PanelPage, menu: Locator, item: string): Promise<void> {
  await menu.click();
  await panel.page.getByRole('menuitem', { name: item }).click();
}

const exportMenu = (panel: PanelPage, card: string): Locator =>
  panel.page.locator(`[data-card=${card}] .menu-button`, { hasText: 'Export' });

describe('the page recomputes', () => {
  const document = fitDocument({ domains: 5 });
  const scale = { modelSize: 937, tokens: 20 };
  let harness: PanelHarness;
  let panel: PanelPage;
  before(async () => {
    harness = await PanelHarness.start();
  });
  after(() => harness.stop());
  beforeEach(async () => {
    panel = await harness.open({ theme: themeById('light') });
    await panel.show(document, { view: 'recommend' });
  });
  afterEach(async () => {
    assert.deepEqual(await panel.complaints(), []);
    await panel.close();
  });

  it('the recommendation and both losses when model size and tokens change', async () => {
    await field(panel, 'Model size (parameters)').fill('1.3B');
    await field(panel, 'Training tokens').fill('30B');
    await panel.settle();
    const options = { modelSize: 1300, tokens: 30 };
    assert.equal(await stat(panel, 0), formatLoss(recommendedLoss(document, options), 4));
    assert.equal(await stat(panel, 1), formatLoss(meanLoss(document, new Float64Array(5).fill(0.2), options), 4));
  });

  it('and flags what lies outside the measured range, beside the number and before it', async () => {
    await field(panel, 'Model size (parameters)').fill('70B');
    await panel.settle();
    const remark = panel.page.locator('.field-remark').first();
    assert.match((await remark.textContent()) ?? '', /extrapolated: 75× the largest measured \(937M\)/);
    assert.match(
      (await panel.page.locator('#view-recommend .stat-detail').first().textContent()) ?? '',
      /extrapolated/,
    );
    assert.match(
      (await panel.page.locator('#view-recommend .notices').textContent()) ?? '',
      /70B is 75 times the largest/,
    );
  });

  it('and says where the gain is not the difference of the two losses', async () => {
    const tile = panel.page.locator('#view-recommend .stat').nth(2);
    const difference = async (): Promise<{ shown: string; ofLosses: number; detail: string }> => {
      await tile.getByText('(90 %)').waitFor();
      const ofLosses = Number(await stat(panel, 1)) - Number(await stat(panel, 0));
      return {
        shown: (await stat(panel, 2)) ?? '',
        ofLosses,
        detail: (await tile.locator('.stat-detail').textContent()) ?? '',
      };
    };
    const number = (text: string): number => Number(text.replace('−', '-'));
    const within = await difference();
    assert.ok(Math.abs(number(within.shown) - within.ofLosses) < 2e-4);
    assert.doesNotMatch(within.detail, /the losses differ by/);
    await field(panel, 'Model size (parameters)').fill('70B');
    await field(panel, 'Training tokens').fill('2T');
    await panel.settle();
    const beyond = await difference();
    const told = /the losses differ by ([−+]?[\d.]+)/.exec(beyond.detail)?.[1];
    assert.ok(Math.abs(number(told ?? beyond.shown) - beyond.ofLosses) < 2e-4, beyond.detail);
  });

  it('but not from text that is no quantity: it says what to write and keeps the numbers', async () => {
    const before = await stat(panel, 0);
    await field(panel, 'Training tokens').fill('many');
    assert.equal(
      await panel.page.locator('.field-problem:not(:empty)').textContent(),
      'Write a number of tokens such as 30B or 1.5T.',
    );
    assert.equal(await field(panel, 'Training tokens').getAttribute('aria-invalid'), 'true');
    assert.equal(await stat(panel, 0), before);
    await field(panel, 'Training tokens').fill('-3B');
    assert.equal(await panel.page.locator('.field-problem:not(:empty)').count(), 1);
    await field(panel, 'Training tokens').fill('20B');
    assert.equal(await panel.page.locator('.field-problem:not(:empty)').count(), 0);
  });

  it('when a target counts more', async () => {
    await field(panel, 'wikipedia').fill('7');
    await panel.settle();
    const options = { ...scale, targetWeights: [7, 1, 1, 1, 1] };
    assert.equal(await stat(panel, 0), formatLoss(recommendedLoss(document, options), 4));
  });

  it('when a slider moves, keeping what is locked', async () => {
    await panel.page.getByRole('button', { name: 'Lock pile_cc' }).click();
    await weight(panel, 'wikipedia').fill('50');
    await panel.page.keyboard.press('Enter');
    await panel.settle();
    const mixture = recommend(predictorOf(document.fit), scale).mixture;
    const moved = moveWeight(mixture, [false, true, false, false, false], 0, 0.5);
    assert.equal(await stat(panel, 1), formatLoss(meanLoss(document, moved, scale), 4));
    assert.equal(await weight(panel, 'pile_cc').inputValue(), `${((mixture[1] as number) * 100).toFixed(1)} %`);
    await panel.page.getByRole('slider', { name: 'Weight of wikipedia, percent' }).focus();
    await panel.page.keyboard.press('ArrowLeft');
    await panel.page.keyboard.press('PageDown');
    await panel.settle();
    assert.equal(await weight(panel, 'wikipedia').inputValue(), '48.9 %');
  });

  it('within the limits the reader sets, and says when none can hold together', async () => {
    await field(panel, 'Greatest weight of pile_cc, percent').fill('10');
    await panel.settle();
    const upper = [1, 0.1, 1, 1, 1];
    assert.equal(await stat(panel, 0), formatLoss(recommendedLoss(document, { ...scale, upper }), 4));
    const bought = await panel.page.locator('#view-recommend .binding-list').textContent();
    assert.match(bought ?? '', /pile_cc ≤ 10 % – relaxing it by 1 point buys [\d.e−-]+ nats per token/);
    const before = await stat(panel, 0);
    await field(panel, 'Least weight of pile_cc, percent').fill('50');
    await panel.settle();
    assert.notEqual(await panel.page.locator('#view-recommend .notices').count(), 0);
    assert.equal(await stat(panel, 0), before);
    await panel.page.locator('.button', { hasText: 'No limits' }).click();
    await panel.settle();
    assert.equal(await stat(panel, 0), formatLoss(recommendedLoss(document, scale), 4));
  });

  it('within the tokens that the settings say exist, until the reader says otherwise', async () => {
    const available = [null, 3, null, null, 1];
    await panel.show(document, { view: 'recommend', stock: { available, maxEpochs: 2 } });
    const within = recommendedLoss(document, {
      ...scale,
      available: available.map((stock) => stock ?? NaN),
      maxEpochs: 2,
    });
    assert.notEqual(formatLoss(within, 4), formatLoss(recommendedLoss(document, scale), 4));
    assert.equal(await stat(panel, 0), formatLoss(within, 4));
    assert.equal(await field(panel, 'Tokens that exist of pile_cc').inputValue(), '3B');
    assert.equal(await field(panel, 'Epochs at most').inputValue(), '2');
    const note = panel.page.locator('.from-settings');
    assert.match((await note.textContent()) ?? '', /are those of the settings mixlaw\.availableTokens/);
    assert.equal((await panel.state()).available, undefined);

    await field(panel, 'Tokens that exist of pile_cc').fill('');
    await field(panel, 'Tokens that exist of books3').fill('');
    await panel.settle();
    assert.equal(await stat(panel, 0), formatLoss(recommendedLoss(document, scale), 4));
    assert.match((await note.textContent()) ?? '', /for this panel alone/);
    assert.deepEqual((await panel.state()).available, [null, null, null, null, null]);
    await panel.page.locator('.button', { hasText: 'Limits of the settings' }).click();
    await panel.settle();
    assert.equal(await stat(panel, 0), formatLoss(within, 4));
    assert.equal(await field(panel, 'Tokens that exist of books3').inputValue(), '1B');
  });

  it('nothing that is lost when the same fit is shown again', async () => {
    await weight(panel, 'wikipedia').fill('50');
    await panel.page.keyboard.press('Enter');
    await panel.settle();
    const own = await stat(panel, 1);
    await panel.show(document, { freshness: 'changed' });
    assert.equal(await stat(panel, 1), own);
    assert.equal(await panel.page.locator('.banner').count(), 1);
  });

  it('the curves of Explore at the scale chosen in Recommend', async () => {
    await field(panel, 'Model size (parameters)').fill('2B');
    await panel.send({ type: 'view', view: 'explore' });
    await panel.settle();
    assert.match(
      (await panel.page.locator('[data-card=loss-tokens] .subtitle').textContent()) ?? '',
      /at 2B parameters/,
    );
  });

  it('the mixture at other scales, a panel a domain, in the chart as in its table', async () => {
    await panel.send({ type: 'view', view: 'explore' });
    const card = panel.page.locator('[data-card=drift]');
    await card.locator('canvas').waitFor();
    await card.getByRole('button', { name: 'Table' }).click();
    const rows = await card
      .locator('tbody tr')
      .evaluateAll((list) =>
        list.map((row) => Array.from(row.querySelectorAll('th, td'), (cell) => cell.textContent ?? '')),
      );
    // Six model sizes; the tokens chosen are the most measured, so that there are two of those.
    assert.equal(rows.length, 12);
    const [first] = rows;
    const options = { modelSize: parseModelSize(first?.[0] ?? ''), tokens: parseTokens(first?.[1] ?? '') };
    assert.deepEqual(options, { modelSize: 122, tokens: 5 });
    const { mixture } = recommend(predictorOf(document.fit), options);
    assert.deepEqual(
      first?.slice(2),
      mixture.map((weight) => formatPercent(weight, 1)),
    );
    const greatest = document.fit.domains.map((domain, j) => ({
      domain,
      most: Math.max(...rows.map((row) => Number.parseFloat(row[2 + j] ?? ''))),
    }));
    greatest.sort((a, b) => b.most - a.most);

    await card.locator('canvas').focus();
    await panel.page.keyboard.press('ArrowRight');
    const said = (await card.locator('[aria-live]').textContent()) ?? '';
    assert.ok(said.startsWith(`${greatest[0]?.domain}, 122M parameters, 5B tokens, recommended `), said);
    await choose(panel, exportMenu(panel, 'drift'), 'Save as SVG');
    await panel.settle();
    const exported = await panel.page.evaluate(() => {
      const { posted } = window as unknown as { posted: { type: string; suggestedName?: string; bytes: Uint8Array }[] };
      return new TextDecoder().decode(posted.find((message) => message.suggestedName === 'drift.svg')?.bytes);
    });
    for (const { domain } of greatest) assert.ok(exported.includes(`>${domain}<`), domain);
  });

  it('colours when the theme changes', async () => {
    const canvas = panel.page.locator('[data-card=mixture] canvas');
    // Until it is known how far each weight can move the picture is another.
    await panel.page.locator('[data-card=mixture] .legend', { hasText: 'As good' }).waitFor();
    await panel.settle();
    const light = await canvas.screenshot();
    await panel.setTheme(themeById('dark'));
    const dark = await canvas.screenshot();
    assert.ok(!light.equals(dark), 'the chart was not drawn again');
    await panel.setTheme(themeById('light'));
    assert.ok(light.equals(await canvas.screenshot()), 'the chart kept something of the other theme');
  });
});

describe('the page and its host', () => {
  const document = fitDocument({ domains: 4 });
  let harness: PanelHarness;
  before(async () => {
    harness = await PanelHarness.start();
  });
  after(() => harness.stop());

  const opened = async (
    view: 'data' | 'laws' | 'fit' | 'recommend' | 'explore',
    state?: Parameters<PanelHarness['open']>[0]['state'],
  ) => {
    const panel = await harness.open({ theme: themeById('light'), ...(state ? { state } : {}) });
    await panel.show(document, { view });
    return panel;
  };

  it('shows text from files as text', async () => {
    const panel = await harness.open({ theme: themeById('light') });
    const hostile = JSON.parse(
      JSON.stringify(document).replaceAll('wikipedia', '<img src=x onerror=alert(1)>'),
    ) as FitDocument;
    for (const view of ['data', 'laws', 'fit', 'recommend', 'explore'] as const) {
      await panel.show(hostile, { view, fileName: '<b>bold</b>.csv' });
      assert.equal(await panel.page.locator('main img, main b').count(), 0);
    }
    assert.equal(await panel.page.locator('h1').textContent(), '<b>bold</b>.csv');
    assert.deepEqual(await panel.complaints(), []);
    await panel.close();
  });

  it('takes __proto__ and constructor for ordinary names', async () => {
    const panel = await harness.open({ theme: themeById('light') });
    const odd = JSON.parse(
      JSON.stringify(document).replaceAll('wikipedia', '__proto__').replaceAll('pile_cc', 'constructor'),
    ) as FitDocument;
    await panel.show(odd, { view: 'fit' });
    const names = await panel.page.locator('[data-card=parameters] tbody th').allTextContents();
    assert.deepEqual(names.slice(0, 2), ['__proto__', 'constructor']);
    assert.deepEqual(await panel.complaints(), []);
    await panel.close();
  });

  it('copies tables as tab-separated values', async () => {
    const panel = await opened('recommend');
    await choose(panel, exportMenu(panel, 'mixture'), 'Copy as TSV');
    const copied = (await panel.posted()).find((message) => message.type === 'copy');
    const lines = (copied?.text ?? '')
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'));
    assert.deepEqual(lines[0]?.slice(0, 4), ['Domain', 'Recommended', 'Uniform', 'Difference, points']);
    assert.deepEqual(lines[0]?.slice(4), ['As good from', 'As good to']);
    assert.equal(lines.length, 5);
    await panel.close();
  });

  it('exports a chart as PNG', async () => {
    const panel = await opened('recommend');
    await choose(panel, exportMenu(panel, 'mixture'), 'Save as PNG');
    await panel.page.waitForFunction(() =>
      (window as unknown as { posted: { type: string }[] }).posted.some((m) => m.type === 'export'),
    );
    const sent = await panel.page.evaluate(() => {
      const message = (
        window as unknown as { posted: { type: string; suggestedName: string; bytes: Uint8Array }[] }
      ).posted.find((m) => m.type === 'export');
      return {
        name: message?.suggestedName,
        head: Array.from(message?.bytes.slice(0, 4) ?? []),
        size: message?.bytes.length ?? 0,
      };
    });
    assert.equal(sent.name, 'mixture.png');
    assert.deepEqual(sent.head, [0x89, 0x50, 0x4e, 0x47]);
    assert.ok(sent.size > 5000, `${sent.size} bytes`);
    await panel.close();
  });

  it('opens the row of a point that is clicked in a chart', async () => {
    const panel = await opened('fit');
    const canvas = panel.page.locator('[data-card=predicted-observed] canvas');
    const box = await canvas.boundingBox();
    assert.ok(box);
    // The points lie along the diagonal of the axes: some of these clicks hit one.
    for (let i = 2; i <= 18; i++) {
      const share = i / 20;
      await canvas.click({ position: { x: 48 + share * (box.width - 52), y: (1 - share) * (box.height - 42) } });
    }
    const rows = (await panel.posted()).flatMap((message) => (message.type === 'open-row' ? [message.row] : []));
    assert.ok(rows.length > 0, 'no click hit a point');
    assert.ok(rows.every((row) => document.observations.rows.includes(row)));
    await panel.close();
  });

  it('opens the row of a run named in a table', async () => {
    const panel = await opened('fit');
    await panel.page.locator('[data-card=runs] .link').first().click();
    const asked = (await panel.posted()).filter((message) => message.type === 'open-row');
    assert.equal(asked.length, 1);
    await panel.close();
  });

  it('asks for a refit, also with another law', async () => {
    const panel = await harness.open({ theme: themeById('light') });
    await panel.show(document, { view: 'laws', freshness: 'changed' });
    await panel.page.locator('.banner .button').click();
    await panel.page.locator('#view-laws .law summary').first().click();
    await panel.page.locator('#view-laws .button', { hasText: 'Fit this law' }).first().click();
    const asked = (await panel.posted()).filter((message) => message.type === 'refit');
    assert.equal(asked.length, 2);
    assert.deepEqual(asked[0], { type: 'refit' });
    assert.ok(asked[1]?.law, 'no law is named');
    await panel.close();
  });

  it('keeps where the reader was, and nothing else', async () => {
    const panel = await opened('explore');
    await panel.page.locator('[data-card=loss-tokens] .tool', { hasText: 'Table' }).click();
    const state = await panel.state();
    assert.equal(state.view, 'explore');
    assert.deepEqual(state.openTables, ['loss-tokens']);
    assert.ok(JSON.stringify(state).length < 2000, 'more than a place is stored');
    await panel.close();
    const again = await harness.open({ theme: themeById('light'), state: { ...state, modelSize: 410 } });
    await again.show(document);
    assert.equal(await again.page.locator('[role=tab][aria-selected=true]').textContent(), 'Explore');
    assert.equal(await again.page.locator('[data-card=loss-tokens] table').count(), 1);
    assert.equal(await field(again, 'Model size (parameters)').inputValue(), '410M');
    await again.close();
  });

  it('ignores a state of another document or version', async () => {
    const panel = await opened('recommend', {
      version: 1,
      targetWeights: [1, 2],
      exploredDomain: 'gone',
      comparedWith: 'gone',
    });
    assert.deepEqual(await panel.complaints(), []);
    const { recommendation } = document;
    assert.equal(await stat(panel, 0), formatLoss(recommendation.objective, 4));
    await panel.close();
  });

  it('compares with the mixture the host names', async () => {
    const panel = await harness.open({ theme: themeById('light') });
    const current = { label: 'weights in train.yaml', mixture: [0.7, 0.1, 0.1, 0.1] };
    await panel.show(document, { view: 'recommend', current });
    assert.equal(await panel.page.locator('#view-recommend .stat dt').nth(1).textContent(), `With ${current.label}`);
    const mean = meanLoss(document, current.mixture, { modelSize: 937, tokens: 20 });
    assert.equal(await stat(panel, 1), formatLoss(mean, 4));
    await panel.close();
  });

  it('says why nothing can be shown', async () => {
    const panel = await harness.open({ theme: themeById('light') });
    await panel.send({ type: 'failed', message: 'This is not a fit document.', hint: 'Fit the results again.' });
    const alert = panel.page.locator('[role=alert]');
    await alert.waitFor();
    assert.equal(await alert.textContent(), 'This is not a fit document.Fit the results again.');
    await panel.close();
  });

  it('reports its own defects instead of going blank', async () => {
    const panel = await harness.open({ theme: themeById('light') });
    const broken = { ...document, fit: { ...document.fit, law: 'no-such-law' } };
    await panel.send({ type: 'show', fileName: 'x.csv', document: broken, freshness: 'fresh' });
    await panel.settle();
    assert.match((await panel.page.locator('[role=alert]').textContent()) ?? '', /no-such-law/);
    await panel.close();
  });
});
