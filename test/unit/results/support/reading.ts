import assert from 'node:assert/strict';
import { ResultsError } from '../../../../src/core/errors';
import { readResults } from '../../../../src/core/results/read';
import type { FileBytes, ResultsOptions, ResultsReading } from '../../../../src/core/results/types';

export const fileOf = (name: string, text: string): FileBytes => ({ name, bytes: new TextEncoder().encode(text) });

/** Files by name, in that order. */
export const readAll = (files: Readonly<Record<string, string>>, options: ResultsOptions = {}): ResultsReading =>
  readResults(
    Object.entries(files).map(([name, text]) => fileOf(name, text)),
    options,
  );

export const codes = (notes: readonly { readonly code: string }[]): string[] => notes.map(({ code }) => code);

export const roleOf = (reading: ResultsReading, name: string): string => {
  const column = reading.columns.find((each) => each.name === name);
  assert.ok(column, `no column ${name}`);
  return [column.role, column.subject].filter((part) => part !== '').join(' ');
};

/** Mixture and losses of each row, rounded to nine digits, by domain and target. */
export const rowsOf = ({ runs }: ResultsReading): { mixture: Map<string, number>; losses: Map<string, number> }[] => {
  const byName = (names: readonly string[], values: Float64Array, i: number): Map<string, number> =>
    new Map(names.map((name, k) => [name, Number((values[i * names.length + k] as number).toFixed(9))]));
  return Array.from(runs.rows, (_, i) => ({
    mixture: byName(runs.domains, runs.mixtures, i),
    losses: byName(runs.targets, runs.losses, i),
  }));
};

export const refusal = (run: () => unknown): ResultsError => {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof ResultsError, String(error));
    assert.ok(error.hint.length > 10, 'a refusal says what to do');
    return error;
  }
  assert.fail('nothing was refused');
};

export const lines = (...all: readonly string[]): string => `${all.join('\n')}\n`;
