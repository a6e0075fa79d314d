import * as vscode from 'vscode';
import type { FitOptions } from '../core/fit/types';
import type { ColumnRole } from '../core/results/types';

const ROLES: ReadonlySet<string> = new Set<ColumnRole>(['weight', 'loss', 'model-size', 'tokens', 'id', 'ignored']);
const isRole = (value: unknown): value is ColumnRole => typeof value === 'string' && ROLES.has(value);

/** `mixlaw.fit.law` set to this: the user is asked. */
export const ASK = 'ask';

/** The settings as they stand for one file. */
export interface Settings {
  /** Only what the user has set: a law has defaults of its own for the rest. */
  readonly options: Partial<FitOptions>;
  readonly roles: ReadonlyMap<string, ColumnRole>;
  readonly maxBytes: number;
}

export function readSettings(resource: vscode.Uri): Settings {
  const configuration = vscode.workspace.getConfiguration('mixlaw', resource);
  const set = <T>(key: string): T | undefined => {
    const found = configuration.inspect<T>(key);
    return found?.workspaceFolderValue ?? found?.workspaceValue ?? found?.globalValue;
  };
  const options: { [Name in keyof FitOptions]?: FitOptions[Name] | undefined } = {
    law: set('fit.law'),
    mask: set('fit.mask'),
    loss: set('fit.loss'),
    starts: set('fit.starts'),
    seed: set('fit.seed'),
    prior: set('fit.prior'),
    minAllocation: set('fit.minAllocation'),
  };
  const roles = Object.entries(configuration.get<Record<string, unknown>>('columns.roles', {}));
  return {
    options: Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)),
    roles: new Map(roles.filter((entry): entry is [string, ColumnRole] => isRole(entry[1]))),
    maxBytes: configuration.get<number>('maxFileSizeMB', 100) * 1e6,
  };
}
