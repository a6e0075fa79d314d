import type { FitProgress } from '../core/fit/types';
import type { Io } from './io';

/** One line on the terminal that says how far the calculation is. */
export class ProgressLine {
  private shown = -Infinity;

  constructor(private readonly io: Io) {}

  show({ phase, done, total, best, message }: FitProgress): void {
    if (!this.io.interactive || performance.now() - this.shown < 50) return;
    this.shown = performance.now();
    const detail = best === undefined ? message : `best objective ${best.toPrecision(4)}`;
    this.io.err(`\r\u001b[K${phase} ${done}/${total}${detail === undefined ? '' : `, ${detail}`}`);
  }

  clear(): void {
    if (this.shown > -Infinity) this.io.err('\r\u001b[K');
  }

  /** Runs a calculation and takes the line away after it, however it ends. */
  async during<Result>(work: (onProgress: (step: FitProgress) => void) => Result | Promise<Result>): Promise<Result> {
    try {
      return await work((step) => this.show(step));
    } finally {
      this.clear();
    }
  }
}
