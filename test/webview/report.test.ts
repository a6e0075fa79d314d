import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { makeReport } from '../../src/core/report/report';
import { fitDocument } from '../fixtures/fitDocument';
import { chromiumPath, SCREENSHOTS } from './support/panelPage';

const request = { fileName: 'results.mixlaw.json' };

describe('the report, as a browser shows it', () => {
  let browser: Browser;
  let axe: string;
  let directory: string;
  const pages = new Map<string, string>();
  before(async () => {
    browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'] });
    axe = await readFile(require.resolve('axe-core/axe.min.js'), 'utf8');
    directory = await mkdtemp(join(tmpdir(), 'mixlaw-report-'));
    await mkdir(SCREENSHOTS, { recursive: true });
    pages.set('17-domains', makeReport(fitDocument({ compared: 'law' }), request, 'html'));
    pages.set('long-names', makeReport(fitDocument({ domains: 24, longNames: true, runs: 30 }), request, 'html'));
    for (const [name, page] of pages) await writeFile(join(directory, `report-${name}.html`), page);
  });
  after(async () => {
    await browser.close();
    await rm(directory, { recursive: true, force: true });
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [400, 1200]) {
      for (const name of ['17-domains', 'long-names']) {
        it(`is readable: ${name}, ${colorScheme}, ${width} pixels`, async () => {
          // The policy of the page would keep the checker out; the page itself has nothing that it could stop.
          const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 }, bypassCSP: true });
          const page = await context.newPage();
          const problems: string[] = [];
          page.on('console', (message) => problems.push(message.text()));
          await page.goto(pathToFileURL(join(directory, `report-${name}.html`)).href);
          await page.screenshot({
            path: join(SCREENSHOTS, `report-${name}-${colorScheme}-${width}.png`),
            fullPage: true,
          });
          assert.deepEqual(await sticksOut(page), []);
          await page.addScriptTag({ content: axe });
          const violations = await page.evaluate(async () => {
            const run = (
              globalThis as unknown as {
                axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
              }
            ).axe;
            return (await run.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
          });
          assert.deepEqual(violations, []);
          assert.deepEqual(problems, []);
          await context.close();
        });
      }
    }
  }

  it('runs nothing and asks for nothing under its own policy', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const seen: string[] = [];
    page.on('request', (asked) => seen.push(asked.url()));
    page.on('console', (message) => seen.push(message.text()));
    const url = pathToFileURL(join(directory, 'report-17-domains.html')).href;
    await page.goto(url);
    assert.deepEqual(seen, [url]);
    assert.equal(await page.locator('script').count(), 0);
    await context.close();
  });

  it('prints on paper within its width', async () => {
    const context = await browser.newContext({ viewport: { width: 720, height: 1000 }, colorScheme: 'dark' });
    const page = await context.newPage();
    await page.goto(pathToFileURL(join(directory, 'report-17-domains.html')).href);
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    assert.equal(
      await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor),
      'rgb(255, 255, 255)',
    );
    const charts = page.locator('figure svg[role=img]');
    for (const chart of await charts.all()) {
      const box = await chart.boundingBox();
      assert.ok(box && box.x + box.width <= 721, JSON.stringify(box));
    }
    await page.pdf({ path: join(directory, 'report.pdf'), format: 'A4' });
    await context.close();
  });
});

/** What reaches beyond the page and cannot be scrolled to. */
const sticksOut = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    return [...document.querySelectorAll('body *')]
      .filter((element) => !element.closest('.scroll, pre') && element.getBoundingClientRect().right > width + 1)
      .map((element) => `${element.tagName} ${element.textContent?.slice(0, 40)}`);
  });
