import { FitError } from '../core/errors';
import { askedOptions } from '../core/fit/options';
import { serializeFitDocument } from '../core/fitfile/document';
import type { Comparison } from '../core/judge/comparison';
import {
  comparisonFor,
  prepareComparison,
  withComparison,
  type PreparedComparison,
} from '../core/pipeline/comparePlan';
import { baseName } from '../core/pipeline/files';
import { prepareAuto } from '../core/pipeline/fitResults';
import type { ResultsReading } from '../core/results/types';
import { UsageError, type Arguments } from './arguments';
import { decodeFit } from './data';
import { FIT_FLAGS } from './fitOptions';
import type { Io } from './io';

/** What the document decides. */
const DECIDED = [
  ...['laws', 'repeats', 'train-fraction', 'folds', 'scales', 'rows', 'group', 'targets', 'shard'],
  ...FIT_FLAGS.map(({ name }) => name),
];

/** A fit document that is to hold the comparison. */
export interface Keeping {
  readonly prepare: (reading: ResultsReading) => PreparedComparison;
  readonly write: (comparison: Comparison) => Promise<void>;
}

/** `--into FIT`, as VS Code compares laws for a fit document; undefined without it. */
export async function documentToKeepIn(args: Arguments, io: Io): Promise<Keeping | undefined> {
  const path = args.text('into');
  if (path === undefined) {
    if (args.has('choosing')) throw new UsageError('--choosing needs --into.');
    return undefined;
  }
  const decided = DECIDED.find((name) => args.has(name));
  if (decided !== undefined) {
    throw new UsageError(`--into compares as the document was fitted: leave out --${decided}.`);
  }
  const document = await decodeFit(path, io);
  const { fit } = document;
  const split = fit.rows.validation.length > 0 ? fit.rows : undefined;
  return {
    prepare: (reading) =>
      args.has('choosing')
        ? prepareAuto(reading, askedOptions(fit), split)
        : prepareComparison(reading, comparisonFor(document)),
    write: async (comparison) => {
      const kept = withComparison(document, comparison);
      if (!kept) {
        const message = `${baseName(path)} was fitted to other results than these.`;
        throw new FitError('other-results', message, 'Name the results of the fit document, in its order.', {
          file: path,
        });
      }
      await io.write(path, serializeFitDocument(kept));
      io.err(`Wrote ${path}.\n`);
    },
  };
}
