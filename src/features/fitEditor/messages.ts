import type { ToHost } from '../../core/contract/panel';
import type { NamedMixture } from '../../core/fitfile/types';

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
    case 'apply-mixture': {
      const named = namedMixture(rest);
      return named && { type, ...named };
    }
    case 'export-mixture': {
      const named = namedMixture(rest);
      const { to } = rest;
      return named && (to === 'clipboard' || to === 'file') ? { type, ...named, to } : undefined;
    }
    case 'save-what-ifs': {
      const whatIfs = Array.isArray(rest.whatIfs) ? rest.whatIfs.map(namedMixture) : [undefined];
      return whatIfs.every((named) => named !== undefined) ? { type, whatIfs } : undefined;
    }
    case 'error':
      return isText(rest.message) && isText(rest.stack)
        ? { type, message: rest.message, stack: rest.stack }
        : undefined;
    default:
      return undefined;
  }
}

/** Weights that sum to 1, with a name. */
function namedMixture(value: unknown): NamedMixture | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { name, mixture } = value as Readonly<Record<string, unknown>>;
  if (!isText(name) || !Array.isArray(mixture)) return undefined;
  const weights = mixture as readonly unknown[];
  if (!weights.every((weight): weight is number => typeof weight === 'number' && weight >= 0)) return undefined;
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return Math.abs(sum - 1) < 1e-6 ? { name, mixture: weights } : undefined;
}

/** A file name without anything that could lead out of the folder the user chooses. */
export const safeFileName = (name: string): string =>
  name.replace(/[\u0000-\u001f<>:"/\\|?*]+/g, '-').replace(/^\.+/, '') || 'export';
