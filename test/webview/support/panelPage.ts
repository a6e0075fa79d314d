/** The built page in a bare Chromium, with a stand-in for VS Code's API and the content security policy of the host. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import * as esbuild from 'esbuild';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import type { FitDocument } from '../../../src/core/fitfile/types';
import type { PageState, ToHost, ToPage } from '../../../src/core/contract/panel';
import type { Theme } from './themes';
import { themes } from './themes';

const NONCE = 'bm9uY2UtZm9yLXRlc3Rz';
export const SCREENSHOTS = join('out', 'screenshots', 'webview');

/** A Chromium: named by CHROMIUM, or where Debian and Ubuntu put it. */
export function chromiumPath(): string {
  const candidates = [
    process.env['CHROMIUM'],
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
  ];
  const found = candidates.find((path) => path !== undefined && existsSync(path));
  if (found === undefined) {
    throw new Error(
      'No Chromium found. Set CHROMIUM to one, or: apt-get install -y --no-install-recommends chromium fonts-dejavu-core',
    );
  }
  return found;
}

export interface Opening {
  readonly theme: Theme;
  readonly width?: number;
  readonly height?: number;
  /** What `getState()` gives. */
  readonly state?: PageState;
  readonly reducedMotion?: boolean;
  /** What a host would answer to `ready`, at once. */
  readonly answer?: Pick<Extract<ToPage, { type: 'show' }>, 'document' | 'view'>;
}

/** Builds and serves the page; opens it as often as asked. */
export class PanelHarness {
  private constructor(
    private readonly browser: Browser,
    private readonly server: Server,
    /** Bytes of the minified scripts. */
    readonly scriptBytes: number,
  ) {}

  static async start(): Promise<PanelHarness> {
    await mkdir(SCREENSHOTS, { recursive: true });
    const { builds } = await import('../../../esbuild.mjs');
    const files = new Map<string, Served>();
    for (const options of builds({ production: true })) {
      if (options.platform !== 'browser') continue;
      // Nothing is written: another run beside this one has nothing to overwrite.
      const { outputFiles } = await esbuild.build({ ...options, write: false, logLevel: 'error' });
      for (const { path, contents } of outputFiles) {
        const type = path.endsWith('.css') ? 'text/css' : 'text/javascript';
        files.set(`/${basename(path)}`, { type, body: Buffer.from(contents) });
      }
    }
    for (const theme of themes) files.set(`/?${theme.id}`, { type: 'text/html', body: Buffer.from(html(theme)) });
    const server = await serve(files);
    const scripts = [...files.values()].filter(({ type }) => type === 'text/javascript');
    const scriptBytes = scripts.reduce((sum, { body }) => sum + body.byteLength, 0);
    const browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'] });
    return new PanelHarness(browser, server, scriptBytes);
  }

  async open(opening: Opening): Promise<PanelPage> {
    const context = await this.browser.newContext({
      viewport: { width: opening.width ?? 1000, height: opening.height ?? 800 },
      reducedMotion: opening.reducedMotion ? 'reduce' : 'no-preference',
    });
    const page = await context.newPage();
    const problems: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') problems.push(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => problems.push(`exception: ${error.message}`));
    // tsx keeps function names through this function, which those sent to the page then miss.
    await page.addInitScript({ content: 'globalThis.__name = (named) => named;' });
    await page.addInitScript(
      ({ state, answer }) => {
        const posted: unknown[] = [];
        let kept: unknown = state;
        Object.assign(window, {
          posted,
          violations: [],
          keptState: () => kept,
          acquireVsCodeApi: () => ({
            postMessage: (message: { type: string }) => {
              posted.push(message);
              if (message.type === 'ready' && answer)
                window.postMessage({ type: 'show', fileName: 'results.csv', freshness: 'fresh', ...answer }, '*');
            },
            getState: () => kept,
            setState: (next: unknown) => (kept = next),
          }),
        });
        document.addEventListener('securitypolicyviolation', (event) => {
          (window as unknown as { violations: string[] }).violations.push(
            `${event.violatedDirective}: ${event.blockedURI}`,
          );
        });
        // The frame in which a view is there; a message comes after it was painted.
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => Object.assign(window, { usableAt: performance.now() });
        const look = (): void => {
          if (document.querySelector('[role=tabpanel]:not([hidden]) .view')) port2.postMessage(0);
          else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      },
      { state: opening.state, answer: opening.answer },
    );
    const { port } = this.server.address() as AddressInfo;
    await page.goto(`http://127.0.0.1:${port}/?${opening.theme.id}`);
    await page.waitForFunction(() =>
      (window as unknown as { posted: { type: string }[] }).posted.some((m) => m.type === 'ready'),
    );
    return new PanelPage(page, problems);
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

export class PanelPage {
  constructor(
    readonly page: Page,
    private readonly problems: readonly string[],
  ) {}

  async send(message: ToPage): Promise<void> {
    await this.page.evaluate((data) => window.postMessage(data, '*'), message);
  }

  async show(document: FitDocument, extra: Partial<Extract<ToPage, { type: 'show' }>> = {}): Promise<void> {
    await this.send({ type: 'show', fileName: 'results.csv', document, freshness: 'fresh', ...extra });
    await this.page.waitForSelector('[role=tablist]');
    await this.settle();
  }

  /** Two frames and two pauses: layout is done, and whatever has a place in the page is made and drawn, out of sight too. */
  async settle(): Promise<void> {
    await this.page.evaluate(async () => {
      const frame = (): Promise<unknown> => new Promise((done) => requestAnimationFrame(done));
      const pause = (): Promise<unknown> => new Promise((done) => requestIdleCallback(done, { timeout: 1500 }));
      await frame();
      await frame();
      await pause();
      await new Promise((done) => setTimeout(done, 30));
      const busy = (): boolean =>
        [...document.querySelectorAll('main [aria-busy=true]')].some((part) => part.getClientRects().length > 0);
      const computing = (): boolean => /being computed/i.test(document.querySelector('main')?.innerText ?? '');
      for (const since = performance.now(); ; await frame()) {
        const waited = performance.now() - since;
        if (waited > 10_000 || !(busy() || (waited < 3000 && computing()))) break;
      }
      await pause();
    });
  }

  async setTheme(theme: Theme): Promise<void> {
    await this.page.evaluate(({ bodyClass, variables }) => {
      for (const [name, value] of Object.entries(variables)) document.documentElement.style.setProperty(name, value);
      document.body.className = bodyClass;
    }, theme);
    await this.settle();
  }

  /** Milliseconds from the start of the navigation to the first frame in which a view can be used. */
  async usableAt(): Promise<number> {
    const known = await this.page.waitForFunction(() => (window as unknown as { usableAt?: number }).usableAt);
    return (await known.jsonValue()) ?? NaN;
  }

  posted(): Promise<ToHost[]> {
    return this.page.evaluate(() => (window as unknown as { posted: ToHost[] }).posted);
  }

  /** What is kept once the page, which keeps its state in a timer after drawing, has come to it. */
  state(): Promise<PageState> {
    return this.page.evaluate(async () => {
      await new Promise((done) => setTimeout(done, 30));
      return (window as unknown as { keptState(): PageState }).keptState();
    });
  }

  /** Console errors, exceptions, policy violations and errors the page reported; there should be none. */
  async complaints(): Promise<string[]> {
    const violations = await this.page.evaluate(() => (window as unknown as { violations: string[] }).violations);
    const reported = (await this.posted()).filter((message) => message.type === 'error');
    return [...this.problems, ...violations, ...reported.map((message) => `reported: ${JSON.stringify(message)}`)];
  }

  /** What sticks out of the page, or of its card, to the right. */
  overflow(): Promise<string[]> {
    return this.page.evaluate(() => {
      const found: string[] = [];
      const width = document.documentElement.clientWidth;
      if (document.documentElement.scrollWidth > width)
        found.push(`the page is ${document.documentElement.scrollWidth} wide`);
      const scrolls = (element: Element): boolean =>
        element.closest('.table-scroll, .tabs, .sliders, .fields, .visually-hidden, svg') !== null;
      for (const element of document.querySelectorAll('main *')) {
        if (scrolls(element) || element.getClientRects().length === 0) continue;
        const { right, left } = element.getBoundingClientRect();
        if (right > width + 1 || left < -1)
          found.push(`${element.tagName}.${element.className}: ${left}–${right} of ${width}`);
      }
      return found.slice(0, 5);
    });
  }

  screenshot(name: string, fullPage = true): Promise<Buffer> {
    return this.page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage });
  }

  close(): Promise<void> {
    return this.page.context().close();
  }
}

/** Language, policy and order of things as the extension's own page has them, and the theme where VS Code writes it. */
const html = ({ bodyClass, variables }: Theme): string => `<!DOCTYPE html>
<html lang="en" style="${Object.entries(variables)
  .map(([name, value]) => `${name}: ${value.replaceAll('"', "'")}`)
  .join('; ')}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-${NONCE}'; style-src 'self' 'nonce-${NONCE}'; font-src 'self'; img-src 'self' data:; connect-src 'self'; worker-src blob:">
<meta property="csp-nonce" content="${NONCE}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Fit</title>
<link rel="stylesheet" href="panel.css">
<link rel="modulepreload" nonce="${NONCE}" href="charts.js">
</head>
<body class="${bodyClass}"><script type="module" nonce="${NONCE}" src="panel.js"></script></body>
</html>`;

interface Served {
  readonly type: string;
  readonly body: Buffer;
}

async function serve(files: ReadonlyMap<string, Served>): Promise<Server> {
  const server = createServer((request, response) => {
    const file = files.get(request.url ?? '/');
    response.writeHead(file ? 200 : 204, { 'content-type': file?.type ?? 'text/plain' });
    response.end(file?.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
