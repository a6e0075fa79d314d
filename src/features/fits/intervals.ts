import type * as vscode from 'vscode';
import type { Assessment } from '../../core/pipeline/assessMixture';
import type { MixtureIntervals } from '../../core/pipeline/mixtureIntervals';
import type { Recommendation } from '../../core/recommend/types';
import type { WorkerClient } from '../../worker/client';
import type { LoadedFit } from './fitIndex';

/**
 * How sure predictions are, from the worker: a fit's uncertainty costs a factorisation, which the editor's thread has no
 * time for. Kept per fit document version and mixture.
 */
export class Intervals {
  private readonly known = new WeakMap<LoadedFit, Map<string, Promise<MixtureIntervals | undefined>>>();

  constructor(
    private readonly worker: Pick<WorkerClient, 'call'>,
    private readonly log: Pick<vscode.LogOutputChannel, 'warn'>,
  ) {}

  /** Undefined where the worker cannot reach the document or make anything of it; why is in the log. */
  of(
    loaded: LoadedFit,
    assessment: Pick<Assessment, 'matched' | 'modelSize' | 'tokens'>,
    recommendation: Pick<Recommendation, 'mixture'>,
  ): Promise<MixtureIntervals | undefined> {
    const { uri } = loaded;
    if (uri.scheme !== 'file') return Promise.resolve(undefined);
    const question = {
      mixture: [...assessment.matched.fractions],
      recommended: [...recommendation.mixture],
      modelSize: assessment.modelSize,
      tokens: assessment.tokens,
    };
    const asked = this.known.get(loaded) ?? new Map<string, Promise<MixtureIntervals | undefined>>();
    this.known.set(loaded, asked);
    const key = JSON.stringify(question);
    let answer = asked.get(key);
    if (!answer) {
      answer = this.worker.call('intervals', { path: uri.fsPath, ...question }).catch((error: unknown) => {
        this.log.warn(`${uri.toString(true)}: ${error instanceof Error ? error.message : String(error)}`);
        return undefined;
      });
      asked.set(key, answer);
      // Every keystroke in a mixture is another question.
      if (asked.size > MOST_KEPT) asked.delete(asked.keys().next().value!);
    }
    return answer;
  }
}

const MOST_KEPT = 50;

/** The answer if it comes in time. */
export async function inTime<T>(answer: Promise<T>, milliseconds: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), milliseconds)));
  const first = await Promise.race([answer, late]);
  clearTimeout(timer);
  return first;
}
