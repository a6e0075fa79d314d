import type { Shard } from '../core/pipeline/parts';
import { UsageError, type Arguments, type Flag } from './arguments';

export const SHARD_FLAG: Flag = {
  name: 'shard',
  value: 'I/N',
  help: 'Make one of N parts (I from 1 to N, or from 0), to be joined by mixlaw merge.',
};

export const THREADS_FLAG: Flag = {
  name: 'threads',
  value: 'N',
  help: 'Calculations at a time (default: as many as there are processors). The result does not depend on it.',
};

/** `3/8`. Shards are taken modulo their number, so that 0 and N name the same one. */
export function shardOf(args: Arguments): Shard | undefined {
  const given = args.text(SHARD_FLAG.name);
  if (given === undefined) return undefined;
  const [, index, count] = /^(\d{1,6})\/(\d{1,6})$/.exec(given) ?? [];
  const shard = { index: Number(index), count: Number(count) };
  if (!(shard.count >= 1 && shard.index <= shard.count)) {
    throw new UsageError(`--shard takes I/N with I from 1 to N, as 3/8; not “${given}”.`);
  }
  return { index: shard.index % shard.count, count: shard.count };
}
