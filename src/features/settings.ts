import * as vscode from 'vscode';
import type { RequestedOptions } from '../core/fit/types';
import type { MixtureLocation } from '../core/mixtures/family';
import type { WeightUnit } from '../core/mixtures/types';
import type { CheckpointChoice, ColumnRole } from '../core/results/types';

const ROLES: ReadonlySet<string> = new Set<ColumnRole>(['weight', 'loss', 'model-size', 'tokens', 'id', 'ignored']);
const isRole = (value: unknown): value is ColumnRole => typeof value === 'string' && ROLES.has(value);

/** `mixlaw.fit.law` set to this: the user is asked. */
export const ASK = 'ask';

/** The settings as they stand for one file. */
export interface Settings {
  /** Only what the user has set: a law has defaults of its own for the rest. */
  readonly options: RequestedOptions;
  readonly roles: ReadonlyMap<string, ColumnRole>;
  /** Absent: all where tokens tell them apart, else the last of each run. */
  readonly checkpoints?: CheckpointChoice;
  readonly maxBytes: number;
}

export function readSettings(resource: vscode.Uri): Settings {
  const configuration = vscode.workspace.getConfiguration('mixlaw', resource);
  const set = <T>(key: string): T | undefined => {
    const found = configuration.inspect<T>(key);
    return found?.workspaceFolderValue ?? found?.workspaceValue ?? found?.globalValue;
  };
  const options: { [Name in keyof RequestedOptions]?: RequestedOptions[Name] | undefined } = {
    law: set('fit.law'),
    mask: set('fit.mask'),
    loss: set('fit.loss'),
    starts: set('fit.starts'),
    seed: set('fit.seed'),
    prior: set('fit.prior'),
    minAllocation: set('fit.minAllocation'),
  };
  const roles = Object.entries(configuration.get<Record<string, unknown>>('columns.roles', {}));
  const checkpoints = configuration.get<string>('results.checkpoints');
  return {
    options: Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)),
    roles: new Map(roles.filter((entry): entry is [string, ColumnRole] => isRole(entry[1]))),
    ...(checkpoints === 'last' || checkpoints === 'all' ? { checkpoints } : {}),
    maxBytes: configuration.get<number>('maxFileSizeMB', 100) * 1e6,
  };
}

/** What the user has said about mixtures in configs, as it stands for one of them. */
export interface MixtureSettings {
  /** Name in configs → domain of fits. */
  readonly aliases: readonly (readonly [alias: string, domain: string])[];
  readonly locations: readonly MixtureLocation[];
  /** Tokens that exist of each domain, as written: `12B`. */
  readonly availableTokens: readonly (readonly [domain: string, tokens: string])[];
  readonly maxEpochs: number;
  /** What to take where a config does not say, as written: `{"dataParallelSize": 64, "modelSize": "1.3B"}`. */
  readonly assumedScale: Readonly<Record<string, unknown>>;
}

/** The part of them that is about domains, as it stands for any file. */
export type StockSettings = Pick<MixtureSettings, 'aliases' | 'availableTokens' | 'maxEpochs'>;

export function readStockSettings(resource: vscode.Uri): StockSettings {
  const configuration = vscode.workspace.getConfiguration('mixlaw', resource);
  return {
    aliases: texts(configuration.get<Record<string, unknown>>('aliases', {})),
    availableTokens: texts(configuration.get<Record<string, unknown>>('availableTokens', {})),
    maxEpochs: configuration.get<number>('maxEpochs', 4),
  };
}

const texts = (map: Readonly<Record<string, unknown>>): [string, string][] =>
  Object.entries(map).filter((entry): entry is [string, string] => typeof entry[1] === 'string');

const UNITS: ReadonlySet<unknown> = new Set<WeightUnit>(['fraction', 'percent', 'tokens', 'relative']);

export function readMixtureSettings(document: vscode.TextDocument): MixtureSettings {
  const configuration = vscode.workspace.getConfiguration('mixlaw', document.uri);
  return {
    ...readStockSettings(document.uri),
    locations: configuration
      .get<readonly unknown[]>('mixtureLocations', [])
      .flatMap((item) => locationFor(item, document)),
    assumedScale: configuration.get<Record<string, unknown>>('assumedScale', {}),
  };
}

/** The location, if it is well formed and about this file. */
function locationFor(item: unknown, document: vscode.TextDocument): MixtureLocation[] {
  if (typeof item !== 'object' || item === null) return [];
  const { files, path, unit } = item as Readonly<Record<string, unknown>>;
  if (typeof files !== 'string' || typeof path !== 'string') return [];
  const folder = vscode.workspace.getWorkspaceFolder(document.uri);
  const pattern = folder ? new vscode.RelativePattern(folder, files) : `**/${files}`;
  if (vscode.languages.match({ pattern }, document) === 0) return [];
  return [{ path, ...(UNITS.has(unit) ? { unit: unit as WeightUnit } : {}) }];
}

/** Which features of the editor are on. */
export interface EditorSettings {
  readonly lens: boolean;
  readonly inlayHints: boolean;
  readonly previewEdits: boolean;
}

export function readEditorSettings(resource: vscode.Uri): EditorSettings {
  const configuration = vscode.workspace.getConfiguration('mixlaw', resource);
  return {
    lens: configuration.get<boolean>('lens.enabled', true),
    inlayHints: configuration.get<boolean>('inlayHints.enabled', true),
    previewEdits: configuration.get<boolean>('apply.preview', true),
  };
}
