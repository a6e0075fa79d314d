import { formatCount } from '../quantity';
import type { Assembled } from './assemble';
import { rowCount, type Runs, selectRuns } from './runs';
import type { CheckpointChoice, CheckpointReading, RowNote } from './types';

export interface ChosenCheckpoints {
  readonly runs: Runs;
  readonly dropped: readonly RowNote[];
  readonly reading: CheckpointReading;
}

/**
 * All checkpoints, or the last of each run. Checkpoints of one run are not independent (their errors are alike), but
 * where tokens tell them apart they are what laws in model size and tokens are fitted to; without tokens they would be
 * one mixture with contradicting losses. Hence the choice when the user makes none: all with tokens, else the last.
 * The last is the one with the most tokens, else the most steps; equals (seeds) are all kept.
 */
export function chooseCheckpoints(assembled: Assembled, choice: CheckpointChoice | undefined): ChosenCheckpoints {
  const { runs, steps, places } = assembled;
  const several = runsWithSeveral(runs);
  const order = ([['tokens', runs.tokens] as const, ['steps', steps] as const] as const).find(([, values]) =>
    several.some((own) => new Set(own.map((i) => values[i]).filter((value) => value === value)).size > 1),
  );
  const used = choice ?? (order?.[0] === 'steps' ? 'last' : 'all');
  const leftOut = new Map<number, number>();
  if (order && used === 'last') {
    const [, values] = order;
    for (const own of several) {
      const known = own.filter((i) => !Number.isNaN(values[i]));
      const most = Math.max(...known.map((i) => values[i] as number));
      const last = known.find((i) => values[i] === most);
      if (last === undefined) continue;
      for (const i of own) if (values[i] !== most) leftOut.set(i, last);
    }
  }
  const kept = Array.from({ length: rowCount(runs) }, (_, i) => i).filter((i) => !leftOut.has(i));
  const unit = order?.[0] === 'steps' ? 'training steps' : 'tokens';
  const dropped = [...leftOut].map(([i, last]): RowNote => {
    const later = runs.rows[last] as number;
    const place = places[i] as Omit<RowNote, 'code' | 'reason'>;
    return {
      ...place,
      code: 'earlier-checkpoint',
      reason: `row ${later} is a checkpoint of the same run with more ${unit}`,
    };
  });
  return {
    runs: leftOut.size === 0 ? runs : selectRuns(runs, kept),
    dropped,
    reading: {
      used,
      by: order?.[0] ?? 'unknown',
      said: choice !== undefined,
      runs: several.length,
      leftOut: leftOut.size,
    },
  };
}

/** Positions of the rows of each run that has more than one. */
function runsWithSeveral({ runIds }: Runs): number[][] {
  const positions = new Map<number, number[]>();
  runIds.forEach((run, i) => {
    const own = positions.get(run);
    if (own) own.push(i);
    else positions.set(run, [i]);
  });
  return [...positions.values()].filter((own) => own.length > 1);
}

/** What was used, in words; undefined when there was nothing to choose. */
export function checkpointsInWords({ used, by, said, runs, leftOut }: CheckpointReading): string | undefined {
  if (runs === 0 || by === 'unknown') return undefined;
  const several = `${formatCount(runs)} ${runs === 1 ? 'run has' : 'runs have'} several checkpoints`;
  const how = 'setting mixlaw.results.checkpoints, flag --checkpoints';
  if (used === 'all') {
    const why = said ? ', as you said' : by === 'tokens' ? ', because tokens tell them apart' : '';
    return `${several}: all were used${why}. Checkpoints of one run are not independent; “last” keeps one of each run (${how}).`;
  }
  const why = said
    ? 'as you said'
    : 'because no tokens tell them apart (to fit them all, give the column of steps the role of tokens: up to a factor, steps are tokens)';
  return `${several}: the last of each was used, ${why}, and ${formatCount(leftOut)} earlier ${leftOut === 1 ? 'row was' : 'rows were'} left out; “all” keeps them (${how}).`;
}
