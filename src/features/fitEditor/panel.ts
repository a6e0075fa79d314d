import * as vscode from 'vscode';
import type { Freshness, PreviousFit, ToHost, ToPage } from '../../core/contract/panel';
import type { FitDocument, NamedMixture } from '../../core/fitfile/types';
import { commandIds } from '../commands';
import { readableError, reportFailure } from '../failures';
import { fileName } from '../fit/chooseFiles';
import { openFitDocument } from '../fits/fitIndex';
import type { Services } from '../services';
import { copyText, dataUris, exportFile, openResults, refit, saveWhatIfs } from './actions';
import { findCurrentMixture } from './currentMixture';
import { parseMessage } from './messages';
import { pageHtml, pageOptions } from './page';
import { isAnotherFit, previousOf } from './previous';
import { keepRoles } from './roles';
import { takePendingView } from './showFit';
import { STOCK_SETTINGS, stockOf } from './stock';

/** Files change in bursts: a rewrite is several events. */
const SETTLE_MS = 150;

/** One panel: the page draws, this side owns the document and reads it again whenever it or its data changes. */
export class FitPanel {
  private readonly disposables: vscode.Disposable[] = [];
  private dataWatchers: vscode.Disposable[] = [];
  private watchedData = '';
  private document: FitDocument | undefined;
  private ready = false;
  /** The document as it could be read last. */
  private last: FitDocument | undefined;
  /** What the document said before it was fitted again, until the reader has seen it. */
  private previous: PreviousFit | undefined;
  /** The user knows that the data have changed since the fit. */
  private told = false;
  private showing = 0;
  private settling: NodeJS.Timeout | undefined;

  constructor(
    private readonly services: Services,
    private readonly uri: vscode.Uri,
    private readonly panel: vscode.WebviewPanel,
  ) {
    const { webview } = panel;
    webview.options = pageOptions(services.extensionUri);
    this.disposables.push(
      webview.onDidReceiveMessage((message: unknown) => this.receive(parseMessage(message))),
      panel.onDidChangeViewState(() => this.followRequestedView()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (STOCK_SETTINGS.some((setting) => event.affectsConfiguration(setting, uri))) void this.show();
      }),
      this.watch(uri),
    );
    panel.onDidDispose(() => this.dispose());
    // Last: the page may be ready at once.
    webview.html = pageHtml(webview, services.extensionUri);
  }

  private dispose(): void {
    clearTimeout(this.settling);
    this.ready = false;
    vscode.Disposable.from(...this.disposables, ...this.dataWatchers).dispose();
  }

  private watch(uri: vscode.Uri): vscode.Disposable {
    const pattern = new vscode.RelativePattern(vscode.Uri.joinPath(uri, '..'), escapeGlob(fileName(uri)));
    const watcher = vscode.workspace.createFileSystemWatcher(pattern);
    const changed = (): void => {
      clearTimeout(this.settling);
      this.settling = setTimeout(() => void this.show(), SETTLE_MS);
    };
    return vscode.Disposable.from(
      watcher,
      watcher.onDidCreate(changed),
      watcher.onDidChange(changed),
      watcher.onDidDelete(changed),
    );
  }

  /** Reads and shows the document. Of several at once only the last counts. */
  private async show(): Promise<void> {
    const turn = ++this.showing;
    const message = await this.read();
    if (turn === this.showing) await this.post(message);
  }

  private async read(): Promise<ToPage> {
    try {
      const { document, freshness } = await openFitDocument(this.services.worker, this.uri);
      // A file that is looked at while it is written may fail to be read in between.
      if (this.last && isAnotherFit(this.last, document)) this.previous = previousOf(this.last);
      this.last = document;
      this.document = document;
      this.watchData(document);
      this.offerRefit(freshness);
      const { domains } = document.fit;
      const current = await findCurrentMixture(this.services, this.uri, domains);
      const stock = await stockOf(this.uri, domains);
      const view = takePendingView(this.uri);
      const { previous } = this;
      return {
        type: 'show',
        fileName: fileName(this.uri),
        document,
        freshness,
        current,
        ...(stock ? { stock } : {}),
        ...(previous ? { previous } : {}),
        ...(view ? { view } : {}),
      };
    } catch (error) {
      this.document = undefined;
      const readable = readableError(error);
      this.services.log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
      return {
        type: 'failed',
        message: readable?.message ?? vscode.l10n.t('The fit cannot be shown because of a defect in Mixlaw.'),
        hint: readable?.hint ?? vscode.l10n.t('The Mixlaw log has the details.'),
      };
    }
  }

  private watchData({ data }: FitDocument): void {
    const names = data.files.map(({ name }) => name);
    if (names.join('\0') === this.watchedData) return;
    this.watchedData = names.join('\0');
    vscode.Disposable.from(...this.dataWatchers).dispose();
    this.dataWatchers = names.map((name) => this.watch(vscode.Uri.joinPath(this.uri, '..', name)));
  }

  /** Once for each time that a fit grows stale, and only where the panel's own notice is out of sight. */
  private offerRefit(freshness: Freshness): void {
    const stale = freshness === 'changed';
    const tell = stale && !this.told && !this.panel.visible;
    this.told = stale;
    if (!tell) return;
    const message = vscode.l10n.t('The results that {0} was fitted to have changed.', fileName(this.uri));
    const again = vscode.l10n.t('Fit Again');
    void vscode.window.showInformationMessage(message, again).then((chosen) => {
      if (chosen === again && this.document) return this.receive({ type: 'refit' });
      return undefined;
    });
  }

  private followRequestedView(): void {
    const view = this.ready && this.panel.active ? takePendingView(this.uri) : undefined;
    if (view) void this.post({ type: 'view', view });
  }

  private async post(message: ToPage): Promise<void> {
    if (this.ready) await this.panel.webview.postMessage(message);
  }

  private async keep(whatIfs: readonly NamedMixture[]): Promise<void> {
    try {
      await saveWhatIfs(this.services, this.uri, whatIfs);
    } catch (error) {
      // The page shows them as kept: it is to show what the file holds.
      await this.show();
      throw error;
    }
  }

  private async receive(message: ToHost | undefined): Promise<void> {
    try {
      if (message) await this.obey(message);
    } catch (error) {
      reportFailure(this.services.log, error);
    }
  }

  private async obey(message: ToHost): Promise<void> {
    const { services, uri, document } = this;
    switch (message.type) {
      case 'ready':
        // Also when the page comes back after it was hidden: it keeps no data.
        this.ready = true;
        return this.show();
      case 'error':
        services.log.error(`Panel: ${message.message}\n${message.stack}`);
        return;
      case 'copy':
        return copyText(message.text);
      case 'export':
        return exportFile(uri, message.suggestedName, message.bytes);
      case 'apply-mixture':
        await vscode.commands.executeCommand(commandIds.applyRecommended, undefined, undefined, {
          fit: uri,
          name: message.name,
          mixture: message.mixture,
        });
        return;
      case 'export-mixture':
        if (!document) return;
        await vscode.commands.executeCommand(commandIds.exportMixture, {
          domains: document.fit.domains,
          fractions: message.mixture,
          name: message.name,
          to: message.to,
          near: uri,
        });
        return;
      case 'save-what-ifs':
        return this.keep(message.whatIfs);
      case 'open-row':
        return document && openResults(services, uri, document, message.row);
      case 'open-results':
        return document && openResults(services, uri, document);
      case 'refit':
        return document && refit(services, uri, document, message.law);
      case 'set-roles':
        if (!document) return;
        await keepRoles(dataUris(uri, document)[0] ?? uri, message.roles);
        return message.refit ? refit(services, uri, document, undefined, message.roles) : undefined;
      case 'report':
        await vscode.commands.executeCommand(commandIds.exportReport, uri, undefined, message.options);
        return;
      case 'dismiss-previous':
        this.previous = undefined;
        return;
      case 'compare':
        await vscode.commands.executeCommand(commandIds.compare, uri);
        return;
    }
  }
}

/** A file name as a glob pattern that matches it alone. */
const escapeGlob = (name: string): string => name.replace(/[*?[\]{}]/g, '[$&]');
