import type { Predictor } from '../core/fit/types';
import { membersOf } from '../core/fitfile/consensus';
import type { FitDocument } from '../core/fitfile/types';
import { inThisThread } from '../core/judge/inThisThread';
import { ensembleOf } from '../core/pipeline/advise';
import { bootstrapReplicates } from '../core/pipeline/bootstrap';
import type { Arguments } from './arguments';
import type { Io } from './io';
import { ProgressLine } from './progress';

/** `count` fits of resampled runs for each law that the document rests on, in as many threads as `--threads` says. */
export async function bootstrapEnsemble(
  document: FitDocument,
  count: number,
  seed: number,
  args: Arguments,
  io: Io,
): Promise<Predictor[]> {
  const threads = args.number('threads', { least: 1, whole: true });
  if (count === 0) return [];
  const executor = io.executor?.(threads) ?? inThisThread;
  const wanted = Array.from({ length: count }, (_, replicate) => replicate);
  const ensemble: Predictor[] = [];
  for (const { fit } of membersOf(document)) {
    const replicates = await new ProgressLine(io).during((step) =>
      bootstrapReplicates(executor, { ...document, fit }, seed, wanted, step),
    );
    ensemble.push(...ensembleOf(fit, replicates));
  }
  return ensemble;
}
