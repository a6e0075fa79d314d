import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { LabRun } from '../../../examples/ngram-lab/lab';
import { labCorpus } from '../../../examples/ngram-lab/lab';
import { trainAll } from '../../../examples/ngram-lab/pool';
import { roundedMixture } from '../../../examples/ngram-lab/sweep';
import { ContextSelection, sortContexts } from '../../../examples/ngram-lab/contexts';
import { drawTrainingText } from '../../../examples/ngram-lab/corpus';
import { NgramModel } from '../../../examples/ngram-lab/model';

/**
 * Measured runs of the lab, remembered in a file so that the benchmark can be run again, or go on after an interruption,
 * without training anything twice. The file's name changes with the corpus and the model, so that it never answers for others.
 */
export class MeasuredRuns {
  private readonly known = new Map<string, number[]>();
  private readonly file: string;

  /** @param threads that train at the same time; default: one per core */
  constructor(
    folder: string,
    private readonly threads?: number,
  ) {
    mkdirSync(folder, { recursive: true });
    const corpus = labCorpus();
    const version = createHash('sha256').update(corpus.map((text) => text.sha256).join());
    for (const code of [NgramModel, sortContexts, ContextSelection, drawTrainingText]) version.update(code.toString());
    this.file = path.join(folder, `measured-${version.digest('hex').slice(0, 12)}.jsonl`);
    if (!existsSync(this.file)) return;
    for (const line of readFileSync(this.file, 'utf8').split('\n')) {
      // The last line is cut off when the run that wrote it was ended.
      if (!line.endsWith(']')) continue;
      const [key, ...losses] = JSON.parse(line) as [string, ...number[]];
      this.known.set(key, losses);
    }
  }

  /** Losses of each run, in nats per byte. Mixtures are rounded to 4 decimals first. */
  async measure(runs: readonly LabRun[], label: string): Promise<number[][]> {
    const rounded = runs.map((run) => ({ ...run, mixture: roundedMixture(run.mixture, 4) }));
    const missing = [...new Map(rounded.map((run) => [keyOf(run), run])).values()].filter(
      (run) => !this.known.has(keyOf(run)),
    );
    const remember = (index: number, losses: number[]): void => {
      const key = keyOf(missing[index]!);
      this.known.set(key, losses);
      appendFileSync(this.file, `${JSON.stringify([key, ...losses])}\n`);
    };
    if (missing.length > 0) {
      await trainAll(missing, {
        ...(this.threads === undefined ? {} : { threads: this.threads }),
        onDone: (index, losses, done, total) => {
          remember(index, losses);
          if (done % 50 === 0 || done === total) process.stderr.write(`${label}: ${done} of ${total} runs\n`);
        },
      });
    }
    return rounded.map((run) => this.known.get(keyOf(run))!);
  }
}

const keyOf = (run: LabRun): string => `${run.modelSize}/${run.tokens}/${run.seed}/${run.mixture.join(' ')}`;
