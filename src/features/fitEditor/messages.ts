import type { ColumnSaying, ToHost } from '../../core/contract/panel';
import type { NamedMixture } from '../../core/fitfile/types';
import type { RecommendOptions } from '../../core/recommend/types';
import type { ColumnRole } from '../../core/results/types';

const isText = (value: unknown): value is string => typeof value === 'string';

/** A message of the page, checked: what comes over the bridge is only believed as far as it has the right shape. */
export function parseMessage(message: unknown): ToHost | undefined {
  if (typeof message !== 'object' || message === null || !('type' in message)) return undefined;
  const { type, ...rest } = message as { readonly type: unknown } & Record<string, unknown>;
  switch (type) {
    case 'ready':
    case 'open-results':
    case 'compare':
    case 'dismiss-previous':
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
    case 'set-roles': {
      const roles = Array.isArray(rest.roles) ? rest.roles.map(columnSaying) : [undefined];
      const { refit } = rest;
      if (typeof refit !== 'boolean' || !roles.every((saying) => saying !== undefined)) return undefined;
      return { type, roles, refit };
    }
    case 'report':
      if (rest.options === undefined) return { type };
      return isRecommendOptions(rest.options) ? { type, options: rest.options } : undefined;
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

const ROLES: readonly unknown[] = ['weight', 'loss', 'model-size', 'tokens', 'id', 'ignored'] satisfies ColumnRole[];

function columnSaying(value: unknown): ColumnSaying | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { name, role } = value as Readonly<Record<string, unknown>>;
  return isText(name) && ROLES.includes(role) ? { name, role: role as ColumnRole } : undefined;
}

/** By its parts: numbers, lists of numbers, and groups. Whether they make sense the core says. */
function isRecommendOptions(value: unknown): value is RecommendOptions {
  if (typeof value !== 'object' || value === null) return false;
  const { groups = [], modelSize, tokens, ...others } = value as Readonly<Record<string, unknown>>;
  const isNumber = (part: unknown): boolean => typeof part === 'number';
  const isNumbers = (part: unknown): boolean => Array.isArray(part) && part.every(isNumber);
  const isGroup = (part: unknown): boolean => {
    if (typeof part !== 'object' || part === null) return false;
    const { label, domains, min = 0, max = 1 } = part as Readonly<Record<string, unknown>>;
    return isText(label) && isNumbers(domains) && isNumber(min) && isNumber(max);
  };
  return (
    isNumber(modelSize) &&
    isNumber(tokens) &&
    Array.isArray(groups) &&
    groups.every(isGroup) &&
    Object.values(others).every((part) => part === undefined || isNumber(part) || isNumbers(part))
  );
}

/** A file name without anything that could lead out of the folder the user chooses. */
export const safeFileName = (name: string): string =>
  name.replace(/[\u0000-\u001f<>:"/\\|?*]+/g, '-').replace(/^\.+/, '') || 'export';
