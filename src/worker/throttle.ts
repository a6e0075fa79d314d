/** Passes on at most one value per interval, the newest, and whatever is left at the end: the last value is never lost. */
export class Throttle<T> {
  private last = -Infinity;
  private held: { readonly value: T } | undefined;

  constructor(
    private readonly send: (value: T) => void,
    private readonly intervalMs: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  push(value: T): void {
    if (this.now() - this.last < this.intervalMs) {
      this.held = { value };
      return;
    }
    this.pass(value);
  }

  /** A calculation holds its thread, so no timer can fire: whoever ends it calls this. */
  flush(): void {
    if (this.held) this.pass(this.held.value);
  }

  private pass(value: T): void {
    this.held = undefined;
    this.last = this.now();
    this.send(value);
  }
}
