import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { MixlawError } from '../../src/core/errors';
import type { LabRun } from './lab';
import { domainNames } from './lab';

/** The columns of a results file, in the names that Mixlaw's reader recognises. */
export const resultsHeader: string = [
  'run',
  'seed',
  ...domainNames.map((name) => `weight_${name}`),
  'model_size',
  'n_tokens',
  ...domainNames.map((name) => `loss_${name}`),
].join(',');

/**
 * One row. Stored contexts and bytes are written with their unit (`8K`), since plain numbers this small would be
 * taken for millions; losses are nats per byte.
 */
export function resultsRow(name: string, run: LabRun, losses: readonly number[]): string {
  return [
    name,
    run.seed,
    ...run.mixture.map((weight) => Number(weight.toFixed(4))),
    thousands(run.modelSize),
    thousands(run.tokens),
    ...losses.map((loss) => Number(loss.toFixed(4))),
  ].join(',');
}

/** Appends rows to the file, after a header if it is new. */
export function appendResults(file: string, rows: readonly string[]): void {
  if (!existsSync(file)) appendFileSync(file, `${resultsHeader}\n`);
  const header = readFileSync(file, 'utf8').split('\n', 1)[0];
  if (header !== resultsHeader) {
    throw new MixlawError(
      'wrong-results-file',
      `${file} has other columns than this lab writes.`,
      'Name another results file.',
    );
  }
  appendFileSync(file, rows.map((row) => `${row}\n`).join(''));
}

const thousands = (count: number): string => `${count / 1000}K`;
