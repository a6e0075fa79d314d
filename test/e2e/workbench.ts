/**
 * A user's hands and eyes in a real VS Code: the workbench in a headless browser, with the things a scenario does there.
 * Every wait is for a condition, with Playwright's time limit.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Browser, Frame, Locator, Page } from 'playwright-core';
import { launchBrowser } from '../host/browser';
import { installedHost } from '../host/install';
import { linkedExtension, serverCommandLine, startServer } from '../host/server';
import type { Server } from '../host/server';
import { workbenchUrl } from '../host/workbench-url';

export interface WorkbenchOptions {
  /** The folder to open. */
  readonly folder: string;
  /** A packed extension to install into the otherwise empty VS Code … */
  readonly vsix?: string;
  /** … or the source folder of one to run. */
  readonly extensionDevelopmentPath?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly screenshots: string;
}

/** The themes every view is looked at in, with the class that the workbench then has. */
export const THEMES = {
  light: { label: 'Light Modern', className: 'vs' },
  dark: { label: 'Dark Modern', className: 'vs-dark' },
  'high-contrast-dark': { label: 'Dark High Contrast', className: 'hc-black' },
  'high-contrast-light': { label: 'Light High Contrast', className: 'hc-light' },
} as const;
export type ThemeName = keyof typeof THEMES;

const TIME_LIMIT_MS = 60_000;
const VIEWPORT = { width: 1440, height: 900 };
/** Empty space of the explorer. */
const IDLE = { x: 200, y: 700 };

export class Workbench {
  private constructor(
    readonly page: Page,
    private readonly browser: Browser,
    private readonly server: Server,
    private readonly options: WorkbenchOptions,
  ) {}

  /** Starts a VS Code with nothing of its own, installs the extension and opens the folder. */
  static async open(options: WorkbenchOptions): Promise<Workbench> {
    const { vsix, extensionDevelopmentPath, settings = {} } = options;
    const host = await installedHost();
    const dataDir = mkdtempSync(path.join(os.tmpdir(), 'mixlaw-workbench-'));
    const extensionsDir = path.join(dataDir, 'extensions');
    if (vsix !== undefined) {
      const code = await serverCommandLine(host, ['--install-extension', vsix], { dataDir, extensionsDir }, 'ignore');
      if (code !== 0) throw new Error(`${vsix} could not be installed (exit code ${code}).`);
    }
    const server = await startServer({ host, dataDir, extensionsDir, settings });
    try {
      const browser = await launchBrowser();
      const context = await browser.newContext({
        viewport: VIEWPORT,
        permissions: ['clipboard-read', 'clipboard-write'],
      });
      const page = await context.newPage();
      page.setDefaultTimeout(TIME_LIMIT_MS);
      const workbench = new Workbench(page, browser, server, options);
      const address = workbenchUrl(server, {
        workspace: options.folder,
        ...(extensionDevelopmentPath !== undefined && {
          extensionDevelopmentPaths: [linkedExtension(extensionDevelopmentPath, dataDir)],
        }),
      });
      await page.goto(address, { waitUntil: 'domcontentloaded' });
      await workbench.explorerRow().first().waitFor();
      return workbench;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
    rmSync(this.server.dataDir, { recursive: true, force: true, maxRetries: 3 });
  }

  /** Rows of the explorer, or the one of a file that is in sight. */
  explorerRow(name?: string): Locator {
    const rows = this.page.locator('.explorer-folders-view .monaco-list-row');
    return name === undefined ? rows : rows.filter({ has: this.page.getByText(name, { exact: true }) });
  }

  /**
   * Opens a file's context menu in the explorer and leaves it open once it has this entry: in a workbench that has just
   * opened, extensions add theirs a moment later, and not to a menu that is already open.
   */
  async openContextMenu(file: string, entry: string): Promise<Locator> {
    const menu = this.page.locator('.monaco-menu').last();
    const item = menu.getByRole('menuitem', { name: entry });
    const deadline = Date.now() + TIME_LIMIT_MS;
    while (Date.now() < deadline) {
      await this.explorerRow(file).click({ button: 'right' });
      await menu.waitFor();
      await this.settled();
      if (await item.isVisible()) return item;
      await this.page.keyboard.press('Escape');
      await menu.waitFor({ state: 'hidden' });
    }
    throw new Error(`The context menu of ${file} has no entry “${entry}”.`);
  }

  /** Right-clicks a file in the explorer and chooses an entry. */
  async chooseInContextMenu(file: string, entry: string): Promise<void> {
    const item = await this.openContextMenu(file, entry);
    await item.hover();
    await item.click();
    await item.waitFor({ state: 'hidden' });
  }

  /** Runs a command by its title, as the palette shows it: `Mixlaw: Fit Mixing Law`. */
  async runCommand(title: string): Promise<void> {
    await this.pick(`>${title}`, title);
  }

  /** Opens a file of the folder by its name. */
  async openFile(name: string): Promise<void> {
    await this.pick(name, name);
    await this.page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
  }

  private async pick(text: string, label: string): Promise<void> {
    await this.page.keyboard.press('F1');
    await this.page.locator('.quick-input-widget input').first().fill(text);
    await this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: label }).first().click();
    // Where the entry was, a tab or a title may be now: resting there would show its tooltip.
    await this.page.mouse.move(IDLE.x, IDLE.y);
  }

  /** Takes the entry with this label from a list of choices (a quick pick) that is about to open. */
  async chooseFromList(label: string): Promise<void> {
    await (await this.listEntry(label)).click();
  }

  /** An entry of the list of choices that is open or about to open. */
  private async listEntry(label: string): Promise<Locator> {
    // Only what is in sight exists on the page; typing brings the entry there.
    await this.page.locator('.quick-input-widget input:visible').first().fill(label);
    const rows = this.page.locator('.quick-input-list .monaco-list-row');
    return rows.filter({ has: this.page.getByText(label, { exact: true }) }).first();
  }

  /** A notification whose text contains this, once it is shown. */
  async notification(text: string | RegExp): Promise<Locator> {
    const notification = this.page.locator('.notification-list-item').filter({ hasText: text }).first();
    await notification.waitFor();
    return notification;
  }

  /** The page inside the webview that shows this heading, once it does. */
  async webview(heading: string): Promise<Frame> {
    const deadline = Date.now() + TIME_LIMIT_MS;
    while (Date.now() < deadline) {
      for (const frame of this.page.frames()) if (await showsHeading(frame, heading)) return frame;
      await this.page.waitForTimeout(100);
    }
    throw new Error(`No webview with the heading “${heading}” appeared.`);
  }

  /**
   * Points at a text in the active editor until a hover with this content is shown. A hover that is asked for before
   * the extension is active comes back empty and stays so: it is asked for again.
   */
  async hover(text: string, expected: string | RegExp): Promise<Locator> {
    const hover = this.page.locator('.monaco-hover:visible').filter({ hasText: expected }).first();
    const deadline = Date.now() + TIME_LIMIT_MS;
    while (Date.now() < deadline) {
      const point = await this.pointOf(text);
      await this.page.mouse.move(point.x, point.y, { steps: 4 });
      try {
        await hover.waitFor({ timeout: 3000 });
        await this.settled();
        return hover;
      } catch {
        // Something else has the keyboard or lies above the text: a click gives the editor both back.
        await this.page.keyboard.press('Escape');
        await this.page.mouse.click(point.x, point.y);
        await this.page.mouse.move(point.x, VIEWPORT.height - 40);
      }
    }
    throw new Error(`Pointing at “${text}” shows no hover with ${String(expected)}.`);
  }

  /**
   * Where the first occurrence of a text in the active editor is on the screen, once it is shown. First is what stands
   * highest: an editor has its lines on the page in the order in which it happened to paint them.
   */
  private async pointOf(text: string): Promise<{ x: number; y: number }> {
    const lines = this.page.locator('.editor-group-container.active .monaco-editor .view-lines .view-line');
    const matching = lines.filter({ hasText: text });
    await matching.first().waitFor();
    const point = await matching.evaluateAll((elements, wanted) => {
      const [highest] = elements.sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top);
      if (highest === undefined) return undefined;
      // An editor paints spaces as no-break spaces, and a word in as many elements as it has colours.
      const walker = document.createTreeWalker(highest, NodeFilter.SHOW_TEXT);
      const nodes: { node: Node; start: number }[] = [];
      let content = '';
      for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
        nodes.push({ node, start: content.length });
        content += (node.textContent ?? '').replace(/\u00a0/g, ' ');
      }
      const middle = content.indexOf(wanted) + Math.floor(wanted.length / 2);
      const holder = nodes.filter(({ start }) => start <= middle).at(-1);
      if (holder === undefined) return undefined;
      const range = document.createRange();
      range.setStart(holder.node, middle - holder.start);
      range.setEnd(holder.node, middle - holder.start + 1);
      const { x, y, width, height } = range.getBoundingClientRect();
      return { x: x + width / 2, y: y + height / 2 };
    }, text);
    if (point === undefined) throw new Error(`“${text}” is not on the screen.`);
    return point;
  }

  /**
   * Switches the colour theme as a user does and waits until the workbench has it. Themes are extensions: the list of
   * them is empty in a workbench that has just opened, and stays so.
   */
  async setTheme(theme: ThemeName): Promise<void> {
    const { label, className } = THEMES[theme];
    const deadline = Date.now() + TIME_LIMIT_MS;
    for (;;) {
      await this.runCommand('Preferences: Color Theme');
      const entry = await this.listEntry(label);
      try {
        await entry.click({ timeout: 5000 });
        break;
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await this.page.keyboard.press('Escape');
      }
    }
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    await this.page.locator(`.monaco-workbench.${className}`).waitFor();
    await this.settled();
  }

  /** Waits until nothing moves: animations that end have ended, and the result is painted. */
  async settled(): Promise<void> {
    for (const frame of this.page.frames()) {
      await frame
        .evaluate(async () => {
          const finite = document.getAnimations().filter((a) => Number.isFinite(a.effect?.getComputedTiming().endTime));
          await Promise.allSettled(finite.map((animation) => animation.finished));
          for (let i = 0; i < 2; i++) await new Promise((painted) => requestAnimationFrame(painted));
        })
        // A frame that went away meanwhile does not move either.
        .catch(() => undefined);
    }
  }

  /** Writes `<screenshots>/<name>.png` and gives its path. */
  async screenshot(name: string): Promise<string> {
    await this.settled();
    mkdirSync(this.options.screenshots, { recursive: true });
    const file = path.join(this.options.screenshots, `${name.replace(/[^\w-]+/g, '-')}.png`);
    await this.page.screenshot({ path: file });
    return file;
  }
}

async function showsHeading(frame: Frame, heading: string): Promise<boolean> {
  // A webview's content is two frames deep: the outer one belongs to VS Code.
  if (frame.parentFrame()?.parentFrame() == null) return false;
  try {
    return await frame.getByRole('heading', { name: heading, exact: true }).isVisible();
  } catch {
    // It was replaced while we looked.
    return false;
  }
}
