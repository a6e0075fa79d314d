import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Server } from './server';

export interface WorkbenchAddress {
  /** A folder or a `.code-workspace` file; an empty window when left out. */
  readonly workspace?: string;
  /** Extensions run from their source folders. */
  readonly extensionDevelopmentPaths?: readonly string[];
  /** A module whose `run()` is called in the extension host. */
  readonly extensionTestsPath?: string;
  readonly enableProposedApi?: boolean;
}

/** The address of a workbench on that server. What a desktop build takes as arguments travels in its `payload`. */
export function workbenchUrl(server: Pick<Server, 'url'>, address: WorkbenchAddress): string {
  const { workspace, extensionDevelopmentPaths = [], extensionTestsPath, enableProposedApi = false } = address;
  const remote = (file: string): string =>
    `vscode-remote://${new URL(server.url).host}${pathToFileURL(path.resolve(file)).pathname}`;
  const payload: [string, string][] = [
    ['skipWelcome', 'true'],
    ['skipReleaseNotes', 'true'],
  ];
  for (const folder of extensionDevelopmentPaths) payload.push(['extensionDevelopmentPath', remote(folder)]);
  if (extensionTestsPath !== undefined) payload.push(['extensionTestsPath', remote(extensionTestsPath)]);
  if (enableProposedApi) payload.push(['enableProposedApi', '']);

  const query = new URLSearchParams();
  if (workspace === undefined) query.set('ew', 'true');
  else query.set(workspace.endsWith('.code-workspace') ? 'workspace' : 'folder', path.resolve(workspace));
  query.set('payload', JSON.stringify(payload));
  return `${server.url}/?${query}`;
}
