import type { Executor } from '../core/judge/executor';
import type { Disk } from '../core/pipeline/files';

/** All that a command touches outside itself. Results go to `out`, everything said to the user to `err`. */
export interface Io {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** A person watches `err`: progress is welcome. */
  readonly interactive: boolean;
  readonly disk: Disk;
  /** All or nothing: the file is never seen half written. Folders on the way are made. */
  readonly write: (path: string, text: string) => Promise<void>;
  /** Threads for independent calculations, made when first asked for; without it they run one after the other. */
  readonly executor?: (threads?: number) => Executor;
}

/** One JSON object and a line end; what JSON has no number for is null. */
export function printJson(io: Io, value: object): void {
  io.out(`${JSON.stringify(value, plain, 2)}\n`);
}

/** Maps as objects (without a prototype to collide with), typed arrays as lists, NaN and infinities as null. */
function plain(_key: string, value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (value instanceof Map) return Object.fromEntries(value) as unknown;
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return Array.from(value as Float64Array);
  return value;
}
