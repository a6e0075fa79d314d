import { readMixtures, mightHoldMixture } from '../mixtures/read';
import { readColumns } from '../results/read';
import { baseName } from './files';

/** What a look at the beginning of a file tells. */
export type Recognised =
  | { readonly kind: 'results'; readonly weights: number; readonly losses: number }
  | { readonly kind: 'mixtures'; readonly mixtures: readonly RecognisedMixture[] };

export interface RecognisedMixture {
  readonly label: string;
  readonly domains: number;
  /** 0-based, of the first character of the mixture. */
  readonly line: number;
}

/** Fewer columns of a kind are a coincidence of names: training logs have a loss, and any table may have a weight. */
const FEWEST_WEIGHTS = 2;
const FEWEST_LOSSES = 2;

/** Tables that can only be told by all of their bytes: Parquet keeps its columns at the end, JSON may be one long line. */
export const NEEDS_WHOLE = /\.(?:parquet|json)$/i;

/**
 * A results file by its first bytes, cut after a whole line (where `NEEDS_WHOLE` says so, by all of them); undefined when
 * it is none.
 */
export function recogniseResults(path: string, beginning: Uint8Array): Recognised | undefined {
  const end = NEEDS_WHOLE.test(path) ? -1 : beginning.lastIndexOf(0x0a);
  const whole = end < 0 ? beginning : beginning.subarray(0, end + 1);
  try {
    const columns = readColumns([{ name: baseName(path), bytes: whole }]);
    const count = (role: string): number => columns.filter((column) => column.role === role).length;
    const [weights, losses] = [count('weight'), count('loss')];
    const [enoughWeights, enoughLosses] = [weights >= FEWEST_WEIGHTS, losses >= FEWEST_LOSSES];
    // Settings and logs of all kinds are JSON, too: there it takes both.
    const enough = /\.json$/i.test(path) ? enoughWeights && enoughLosses : enoughWeights || enoughLosses;
    return enough ? { kind: 'results', weights, losses } : undefined;
  } catch {
    // Whatever cannot be read is no results file: nobody asked about it.
    return undefined;
  }
}

/** The mixtures of a training config; undefined when it holds none. */
export function recogniseMixtures(path: string, text: string): Recognised | undefined {
  const name = baseName(path);
  if (!mightHoldMixture(name, text)) return undefined;
  const { mixtures } = readMixtures(name, text);
  if (mixtures.length === 0) return undefined;
  return {
    kind: 'mixtures',
    mixtures: mixtures.map(({ label, weights, range }) => ({
      label,
      domains: weights.length,
      line: text.slice(0, range.start).split('\n').length - 1,
    })),
  };
}
