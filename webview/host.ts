import type { PageState, ToHost } from '../src/core/contract/panel';

interface CodeApi {
  postMessage(message: ToHost): void;
  getState(): unknown;
  setState(state: PageState): void;
}

declare function acquireVsCodeApi(): CodeApi;

/** VS Code hands out its API once per page. */
const api = acquireVsCodeApi();

export const post = (message: ToHost): void => api.postMessage(message);

/** State of an earlier life of this page; empty when there is none or another version wrote it. */
export function loadState(): PageState {
  const state = api.getState();
  const known = typeof state === 'object' && state !== null && (state as { version?: unknown }).version === 1;
  return known ? (state as PageState) : { version: 1 };
}

let unsaved: PageState | undefined;

/** Keeps the state, once the page has been drawn: a slider changes it with every move. */
export function saveState(state: PageState): void {
  if (!unsaved) setTimeout(saveNow);
  unsaved = state;
}

function saveNow(): void {
  if (unsaved) api.setState(unsaved);
  unsaved = undefined;
}
window.addEventListener('pagehide', saveNow);

/** Defects of the page go to the log of the extension, where the user can report them from. */
export function reportError(error: unknown): void {
  const known = error instanceof Error;
  post({ type: 'error', message: known ? error.message : String(error), stack: known ? (error.stack ?? '') : '' });
}
