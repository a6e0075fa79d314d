import * as vscode from 'vscode';
import { commandIds } from '../commands';
import { reportFailure } from '../failures';
import type { Services } from '../services';
import { fileItem, groupItem } from './items';
import { emptyReason, GROUPS, nodesOf, type FileNode, type Group } from './nodes';
import { Search, WATCHED, type Found } from './search';

export const EXPLORER_VIEW = 'mixlaw.workspace';
/** Context key that the welcome texts go by: why nothing is shown. */
const EMPTY_KEY = 'mixlaw.workspaceIsEmpty';

/** Files change in bursts. */
const SETTLE_MS = 400;

/** A group, or a file: commands of the view get the file's URI, like those of VS Code's own explorer. */
type Element = Group | vscode.Uri;

const isGroup = (element: Element): element is Group => typeof element === 'string';

/** Results, fits and mixtures of the workspace. Nothing is searched or watched before the view is first seen. */
export class WorkspaceTree implements vscode.TreeDataProvider<Element>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;
  /** Set by the view that shows the tree: hidden views are not searched for. */
  view: vscode.TreeView<Element> | undefined;
  private readonly search: Search;
  private readonly disposables: vscode.Disposable[] = [this.changed];
  private watching = false;
  private stale = true;
  private found: Found | undefined;
  private nodes: ReadonlyMap<Group, readonly FileNode[]> = new Map();
  private running: vscode.CancellationTokenSource | undefined;
  private settling: NodeJS.Timeout | undefined;

  constructor(private readonly services: Services) {
    this.search = new Search(services);
  }

  dispose(): void {
    clearTimeout(this.settling);
    this.running?.cancel();
    vscode.Disposable.from(...this.disposables).dispose();
  }

  getTreeItem(element: Element): vscode.TreeItem {
    if (isGroup(element)) return groupItem(element, this.nodes.get(element)?.length ?? 0);
    const node = this.nodeOf(element);
    return node ? fileItem(element, node) : new vscode.TreeItem(element);
  }

  async getChildren(element?: Element): Promise<Element[]> {
    if (element === undefined) {
      if (this.stale) await this.update();
      return GROUPS.filter((group) => (this.nodes.get(group)?.length ?? 0) > 0);
    }
    if (!isGroup(element)) return [];
    const uris = this.found?.uris;
    return (this.nodes.get(element) ?? []).flatMap(({ key }) => uris?.get(key) ?? []);
  }

  /** Searches anew, now if the view is seen, otherwise when it is seen next. */
  refresh(): void {
    this.stale = true;
    this.running?.cancel();
    if (this.view?.visible ?? true) this.changed.fire();
  }

  shown(): void {
    if (this.stale) this.changed.fire();
  }

  private nodeOf(uri: vscode.Uri): FileNode | undefined {
    const key = uri.toString();
    return [...this.nodes.values()].flat().find((node) => node.key === key);
  }

  private async update(): Promise<void> {
    this.watch();
    this.running?.cancel();
    const running = (this.running = new vscode.CancellationTokenSource());
    try {
      const found = await this.search.run(running.token);
      if (!found || running !== this.running) return;
      this.stale = false;
      this.found = found;
      this.nodes = nodesOf(found);
      const count = [...this.nodes.values()].reduce((sum, nodes) => sum + nodes.length, 0);
      await vscode.commands.executeCommand('setContext', EMPTY_KEY, emptyReason(count, found.looked, found.limited));
      const limited = found.limited ? vscode.l10n.t('There are more files than were looked at.') : '';
      if (this.view) this.view.message = limited;
    } catch (error) {
      if (!running.token.isCancellationRequested) reportFailure(this.services.log, error);
    } finally {
      running.dispose();
    }
  }

  private watch(): void {
    if (this.watching) return;
    this.watching = true;
    const watcher = vscode.workspace.createFileSystemWatcher(WATCHED);
    const changed = (uri: vscode.Uri): void => {
      this.search.forget(uri);
      this.later();
    };
    this.disposables.push(
      watcher,
      watcher.onDidCreate(changed),
      watcher.onDidChange(changed),
      watcher.onDidDelete(changed),
      this.services.fits.onDidChange(() => this.later()),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.later()),
    );
  }

  private later(): void {
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.refresh(), SETTLE_MS);
  }
}

export function registerExplorer(services: Services): vscode.Disposable {
  const tree = new WorkspaceTree(services);
  const view = vscode.window.createTreeView(EXPLORER_VIEW, {
    treeDataProvider: tree,
    showCollapseAll: true,
    canSelectMany: true,
  });
  tree.view = view;
  return vscode.Disposable.from(
    tree,
    view,
    view.onDidChangeVisibility(({ visible }) => visible && tree.shown()),
    vscode.commands.registerCommand(commandIds.refreshExplorer, () => tree.refresh()),
  );
}
