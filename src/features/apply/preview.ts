import * as vscode from 'vscode';
import type { TextEdit } from '../../core/mixtures/types';
import { commandIds } from '../commands';
import { workspaceEdit } from '../configs/ranges';
import { reportFailure } from '../failures';
import { fileName } from '../fit/chooseFiles';

const SCHEME = 'mixlaw-preview';

interface Proposal {
  readonly document: vscode.TextDocument;
  readonly version: number;
  readonly edits: readonly TextEdit[];
  /** The text after the edits. */
  readonly after: string;
}

/**
 * Edits shown as a diff before they are made. All of them or none: the check boxes of VS Code's own preview begin
 * unticked and would let through half a mixture.
 */
export class EditPreview implements vscode.Disposable {
  private readonly proposals = new Map<string, Proposal>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly subscriptions: vscode.Disposable;

  constructor(private readonly log: vscode.LogOutputChannel) {
    this.subscriptions = vscode.Disposable.from(
      this.changed,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
        onDidChange: this.changed.event,
        provideTextDocumentContent: (uri) => this.proposals.get(uri.toString())?.after ?? '',
      }),
      vscode.commands.registerCommand(commandIds.acceptPreview, (uri?: unknown) => this.accept(uri)),
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
        for (const tab of closed) if (isPreview(tab)) this.proposals.delete(tab.input.modified.toString());
      }),
    );
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  async show(proposal: Proposal, title: string): Promise<void> {
    const { uri } = proposal.document;
    const preview = uri.with({ scheme: SCHEME, authority: '', query: uri.toString(), fragment: '' });
    this.proposals.set(preview.toString(), proposal);
    this.changed.fire(preview);
    await vscode.commands.executeCommand('vscode.diff', uri, preview, title, { preview: true });
    const apply = vscode.l10n.t('Apply');
    const discard = vscode.l10n.t('Discard');
    const question = vscode.l10n.t('Write these weights into {0}?', fileName(uri));
    // Not awaited: the question stays until it is answered, here or by the check mark above the diff.
    void vscode.window.showInformationMessage(question, apply, discard).then((answer) => {
      if (answer === apply) return this.accept(preview);
      return answer === discard ? close(preview) : undefined;
    });
  }

  private async accept(given: unknown): Promise<void> {
    try {
      const preview = given instanceof vscode.Uri ? given : activePreview();
      const proposal = preview && this.proposals.get(preview.toString());
      if (!proposal) return;
      this.proposals.delete(preview.toString());
      const { document, version, edits } = proposal;
      await close(preview);
      await vscode.window.showTextDocument(document);
      if (document.version !== version) {
        void vscode.window.showWarningMessage(
          vscode.l10n.t('{0} was edited after the preview, so nothing was written.', fileName(document.uri)),
        );
        return;
      }
      await vscode.workspace.applyEdit(workspaceEdit(document, edits));
    } catch (error) {
      reportFailure(this.log, error);
    }
  }
}

type PreviewTab = vscode.Tab & { readonly input: vscode.TabInputTextDiff };
const isPreview = (tab: vscode.Tab): tab is PreviewTab =>
  tab.input instanceof vscode.TabInputTextDiff && tab.input.modified.scheme === SCHEME;

function activePreview(): vscode.Uri | undefined {
  const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
  return tab && isPreview(tab) ? tab.input.modified : undefined;
}

async function close(preview: vscode.Uri): Promise<void> {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  const shown = tabs.filter((tab) => isPreview(tab) && tab.input.modified.toString() === preview.toString());
  await vscode.window.tabGroups.close(shown);
}
