import * as vscode from 'vscode';
import { commandIds } from '../commands';
import { fileName } from '../fit/chooseFiles';
import { contextValue, type FileNode, type FitState, type Group } from './nodes';

export function groupItem(group: Group, count: number): vscode.TreeItem {
  const labels: Readonly<Record<Group, string>> = {
    fits: vscode.l10n.t('Fits'),
    results: vscode.l10n.t('Results'),
    mixtures: vscode.l10n.t('Mixtures in Configs'),
  };
  const item = new vscode.TreeItem(labels[group], vscode.TreeItemCollapsibleState.Expanded);
  item.id = group;
  item.description = String(count);
  item.contextValue = 'group';
  return item;
}

/** One file: its name, where it is and how it stands, in words as well as by its sign. */
export function fileItem(uri: vscode.Uri, node: FileNode): vscode.TreeItem {
  const item = new vscode.TreeItem(fileName(uri), vscode.TreeItemCollapsibleState.None);
  const { state, icon, color } = appearance(node);
  const path = vscode.workspace.asRelativePath(uri);
  const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
  item.id = `${node.group} ${node.key}`;
  item.description = [state, folder].filter((part) => part !== '').join(' · ');
  item.tooltip = [path, state].filter((part) => part !== '').join('\n');
  item.iconPath = new vscode.ThemeIcon(icon, color === undefined ? undefined : new vscode.ThemeColor(color));
  item.contextValue = contextValue(node);
  item.accessibilityInformation = { label: [fileName(uri), state, folder].filter((part) => part !== '').join(', ') };
  item.command = openCommand(uri, node);
  return item;
}

interface Appearance {
  readonly state: string;
  readonly icon: string;
  readonly color?: string;
}

function appearance(node: FileNode): Appearance {
  switch (node.group) {
    case 'fits': {
      const { state, icon, color } = fitAppearance(node.state);
      return {
        state: [node.law ?? '', state].filter((part) => part !== '').join(', '),
        icon,
        ...(color === undefined ? {} : { color }),
      };
    }
    case 'results':
      return resultsAppearance(node);
    case 'mixtures': {
      const [first] = node.mixtures;
      const count = node.mixtures.length;
      return {
        state: count === 1 ? vscode.l10n.t('{0} domains', first?.domains ?? 0) : vscode.l10n.t('{0} mixtures', count),
        icon: 'settings-gear',
      };
    }
  }
}

function resultsAppearance({ weights, losses, fitted }: Extract<FileNode, { group: 'results' }>): Appearance {
  const icon = 'table';
  if (losses === 0) return { state: vscode.l10n.t('weights only'), icon };
  if (weights === 0) return { state: vscode.l10n.t('losses only'), icon };
  switch (fitted) {
    case 'fresh':
      return { state: vscode.l10n.t('fitted'), icon, color: 'testing.iconPassed' };
    case 'changed':
      return { state: vscode.l10n.t('changed since the fit'), icon, color: 'list.warningForeground' };
    case 'no':
      return { state: vscode.l10n.t('not fitted yet'), icon };
  }
}

function fitAppearance(state: FitState): Appearance {
  switch (state) {
    case 'fresh':
      return { state: '', icon: 'pass', color: 'testing.iconPassed' };
    case 'changed':
      return { state: vscode.l10n.t('results changed since'), icon: 'warning', color: 'list.warningForeground' };
    case 'missing':
      return { state: vscode.l10n.t('results are gone'), icon: 'circle-slash', color: 'list.warningForeground' };
    case 'unknown':
      return { state: '', icon: 'graph-line' };
    case 'failed':
      return { state: vscode.l10n.t('cannot be read'), icon: 'error', color: 'list.errorForeground' };
  }
}

function openCommand(uri: vscode.Uri, node: FileNode): vscode.Command {
  const title = vscode.l10n.t('Open');
  if (node.group === 'fits') return { title, command: commandIds.openFit, arguments: [uri.toString()] };
  const line = node.group === 'mixtures' ? (node.mixtures[0]?.line ?? 0) : 0;
  const selection = new vscode.Range(line, 0, line, 0);
  return { title, command: 'vscode.open', arguments: [uri, { selection } satisfies vscode.TextDocumentShowOptions] };
}
