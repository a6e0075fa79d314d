/**
 * The panel's page in a bare Chromium: how soon it can be used after it is opened, how long a slider takes to be painted
 * with every chart and interval of Recommend, and whether many rows make it stall.
 */
import type { FitDocument } from '../../src/core/fitfile/types';
import type { ViewId } from '../../src/core/contract/panel';
import { fitDocument } from '../fixtures/fitDocument';
import type { PanelPage } from '../webview/support/panelPage';
import { PanelHarness } from '../webview/support/panelPage';
import { themeById } from '../webview/support/themes';

const OPENINGS = 9;
const MOVES = 90;

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);
const quantile = (values: readonly number[], p: number): number =>
  sorted(values)[Math.min(values.length - 1, Math.floor(p * values.length))] ?? NaN;
const ms = (value: number): string => `${value.toFixed(1)} ms`;

/** Milliseconds of the page's thread on a processor, which a busy machine does not stretch. */
async function processorTime(panel: PanelPage): Promise<() => Promise<number>> {
  const session = await panel.page.context().newCDPSession(panel.page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN);
  };
}

/** By how much other processes of the machine stretch the times below: 1 on an idle one. */
async function stretch(panel: PanelPage): Promise<number> {
  const spent = await processorTime(panel);
  const before = await spent();
  const wall = await panel.page.evaluate(() => {
    const start = performance.now();
    let sum = 0;
    for (let i = 0; i < 3e8; i++) sum += i % 7;
    return performance.now() - start + 0 * sum;
  });
  return wall / ((await spent()) - before);
}

/** From the start of the navigation to the first frame in which the view can be used, the document sent at `ready`. */
async function opening(harness: PanelHarness, fit: FitDocument, view: ViewId): Promise<number> {
  const panel = await harness.open({ theme: themeById('light'), answer: { document: fit, view } });
  const time = await panel.usableAt();
  await panel.close();
  return time;
}

/** Drags a slider of Recommend and measures from each input event to the frame after it: all of it, and the script's part. */
async function dragging(panel: PanelPage): Promise<{ readonly toPaint: number[]; readonly script: number[] }> {
  const { page } = panel;
  await page.evaluate(() => {
    const toPaint: number[] = [];
    const script: number[] = [];
    const { port1, port2 } = new MessageChannel();
    let from = 0;
    port1.onmessage = () => {
      if (from > 0) toPaint.push(performance.now() - from);
      from = 0;
    };
    window.addEventListener(
      'input',
      (event) => {
        if (from === 0) from = event.timeStamp;
        const before = performance.now();
        // After the page's own handlers of this event and of the frame.
        requestAnimationFrame(() => {
          script.push(performance.now() - before);
          port2.postMessage(0);
        });
      },
      { capture: false },
    );
    Object.assign(window, { measured: { toPaint, script } });
  });
  const slider = page.getByRole('slider').nth(3);
  await slider.scrollIntoViewIfNeeded();
  const box = await slider.boundingBox();
  if (!box) throw new Error('There is no slider.');
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * 0.2, y);
  await page.mouse.down();
  for (let i = 0; i < MOVES; i++) {
    await page.mouse.move(box.x + box.width * (0.2 + 0.5 * Math.abs(Math.sin(i / 9))), y);
    await page.waitForTimeout(16);
  }
  await page.mouse.up();
  return page.evaluate(() => (window as unknown as { measured: { toPaint: number[]; script: number[] } }).measured);
}

/** The longest piece of work that kept the page from answering while `act` went on. */
async function longestTask(panel: PanelPage, act: () => Promise<void>): Promise<number> {
  await panel.page.evaluate(() => {
    const tasks: number[] = [];
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
      type: 'longtask',
    });
    Object.assign(window, { tasks });
  });
  await act();
  await panel.page.waitForTimeout(300);
  return panel.page.evaluate(() => Math.max(0, ...(window as unknown as { tasks: number[] }).tasks));
}

async function main(): Promise<void> {
  const harness = await PanelHarness.start();
  const usual = fitDocument({ domains: 17, compared: 'law' });
  console.log(`\npage: ${(harness.scriptBytes / 1000).toFixed(0)} KB of script, minified`);

  const idle = await harness.open({ theme: themeById('light') });
  console.log(`times are stretched ${(await stretch(idle)).toFixed(1)} times by what else the machine does`);
  await idle.close();

  for (const view of ['recommend', 'data'] as const) {
    const times: number[] = [];
    for (let i = 0; i < OPENINGS; i++) times.push(await opening(harness, usual, view));
    console.log(
      `open to usable, ${view}, 17 domains: median ${ms(quantile(times, 0.5))}, worst ${ms(Math.max(...times))}`,
    );
  }

  const panel = await harness.open({ theme: themeById('light'), width: 1400, height: 1000 });
  await panel.show(usual, { view: 'recommend' });
  await panel.page.waitForTimeout(2500);
  const spent = await processorTime(panel);
  const before = await spent();
  const { toPaint, script } = await dragging(panel);
  const each = ((await spent()) - before) / MOVES;
  console.log(
    `slider to paint, 17 domains, all charts and intervals: median ${ms(quantile(toPaint, 0.5))}, 95 % ${ms(quantile(toPaint, 0.95))}; of that script: median ${ms(quantile(script, 0.5))}; processor time of a move, with layout and paint: ${ms(each)}`,
  );
  await panel.close();

  const many = fitDocument({ domains: 17, runs: 10_000 });
  const large = await harness.open({ theme: themeById('light'), width: 1400, height: 1000 });
  const rows = (longest: number): string => (longest === 0 ? 'none over 50 ms' : `longest ${ms(longest)}`);
  const shown = await longestTask(large, () => large.show(many, { view: 'laws' }));
  console.log(`10,000 rows, shown: stalls ${rows(shown)}`);
  const opened = await longestTask(large, async () => {
    await large.page.click('#tab-data');
    await large.page.waitForTimeout(500);
  });
  console.log(`10,000 rows, Data opened: stalls ${rows(opened)}`);
  const scrolled = await longestTask(large, async () => {
    for (let i = 0; i < 20; i++) {
      await large.page.mouse.wheel(0, 600);
      await large.page.waitForTimeout(30);
    }
  });
  console.log(`10,000 rows, Data scrolled: stalls ${rows(scrolled)}`);
  await large.close();
  await harness.stop();
}

void main();
