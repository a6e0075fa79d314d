import type { ToHost } from '../../core/contract/panel';

const isText = (value: unknown): value is string => typeof value === 'string';

/** A message of the page, checked: what comes over the bridge is only believed as far as it has the right shape. */
export function parseMessage(message: unknown): ToHost | undefined {
  if (typeof message !== 'object' || message === null || !('type' in message)) return undefined;
  const { type, ...rest } = message as { readonly type: unknown } & Record<string, unknown>;
  switch (type) {
    case 'ready':
    case 'open-results':
    case 'compare':
      return { type };
    case 'open-row':
      return Number.isInteger(rest.row) && (rest.row as number) >= 0 ? { type, row: rest.row as number } : undefined;
    case 'refit':
      return isText(rest.law) ? { type, law: rest.law } : { type };
    case 'copy':
      return isText(rest.text) ? { type, text: rest.text } : undefined;
    case 'export':
      return isText(rest.suggestedName) && rest.bytes instanceof Uint8Array
        ? { type, suggestedName: rest.suggestedName, bytes: rest.bytes }
        : undefined;
    case 'error':
      return isText(rest.message) && isText(rest.stack)
        ? { type, message: rest.message, stack: rest.stack }
        : undefined;
    default:
      return undefined;
  }
}

/** A file name without anything that could lead out of the folder the user chooses. */
export const safeFileName = (name: string): string =>
  name.replace(/[\u0000-\u001f<>:"/\\|?*]+/g, '-').replace(/^\.+/, '') || 'export';
