import * as vscode from 'vscode';
import type { ToPage } from '../../src/core/contract/panel';
import { FitPanel } from '../../src/features/fitEditor/panel';
import type { Services } from '../../src/features/services';
import { eventually } from './support';

/** A panel whose page is the test: it sees what is posted and posts what it likes. */
export class PagePanel {
  readonly posted: ToPage[] = [];
  private readonly messages = new vscode.EventEmitter<unknown>();
  private readonly disposal = new vscode.EventEmitter<void>();
  readonly webview = {
    html: '',
    options: {},
    cspSource: 'https://host',
    asWebviewUri: (uri: vscode.Uri) => uri,
    onDidReceiveMessage: this.messages.event,
    postMessage: async (message: ToPage) => this.posted.push(message) > 0,
  };
  readonly active = true;
  visible = true;
  readonly onDidDispose = this.disposal.event;
  readonly onDidChangeViewState = new vscode.EventEmitter<void>().event;

  constructor(services: Services, uri: vscode.Uri) {
    new FitPanel(services, uri, this as unknown as vscode.WebviewPanel);
  }
  say(message: unknown): void {
    this.messages.fire(message);
  }
  close(): void {
    this.disposal.fire();
  }
  /** VS Code may tell of a change more than once: only that the message comes is certain. */
  until(matches: (message: ToPage) => boolean): Promise<ToPage> {
    return eventually(() => this.posted.find(matches), 'a message');
  }
  next(after: number): Promise<ToPage> {
    return eventually(() => this.posted[after], `message ${after + 1}`);
  }
}
