/** Runs whose couplings are added at once. */
const LANES = 4;

/** A block of the arrowhead as far as couplings touch it: its parameters and its border [p × s]. */
interface Bordered {
  readonly private: Int32Array;
  readonly border: Float64Array;
}

/**
 * What the rank-one couplings of the runs add to the shared part of JᵀJ. Each entry of a run has the row
 * own + coupling·shared with one row `shared` for all of them, so the cross terms need only what the entries pull together:
 * the outer product of Σ slope²·coupling·own with `shared`. They are kept for four runs and added together, a quarter of the
 * traffic to the borders, which is most of what an iteration costs.
 */
export class Couplings {
  /** Σ slope²·coupling·own of the run at hand begins here in `pulled` [LANES × P]. */
  at = 0;
  readonly pulled: Float64Array;
  /** Σ slope·residual·coupling and Σ (slope·coupling)² of the run at hand. */
  pull = 0;
  squares = 0;
  private lane = 0;
  private readonly sharedRows: Float64Array;
  private readonly laneSquares = new Float64Array(LANES);
  /** Pulled at the shared parameters, [LANES × s]. */
  private readonly pulledShared: Float64Array;

  constructor(
    private readonly blocks: readonly Bordered[],
    private readonly shared: Int32Array,
    /** [s × s], lower triangle. */
    private readonly sharedNormal: Float64Array,
    private readonly parameterCount: number,
  ) {
    this.pulled = new Float64Array(LANES * parameterCount);
    this.sharedRows = new Float64Array(LANES * shared.length);
    this.pulledShared = new Float64Array(LANES * shared.length);
  }

  /** Before the entries of a run, or of all checkpoints of one. */
  begin(): void {
    this.at = this.lane * this.parameterCount;
    this.pulled.fill(0, this.at, this.at + this.parameterCount);
    this.pull = 0;
    this.squares = 0;
  }

  /** After them. */
  end(sharedRow: Float64Array, gradient: Float64Array): void {
    const { shared, lane, sharedRows, laneSquares, pull } = this;
    sharedRows.set(sharedRow, lane * shared.length);
    laneSquares[lane] = this.squares;
    for (let j = 0; j < shared.length; j++) gradient[shared[j]!]! += pull * sharedRow[j]!;
    this.lane = lane + 1;
    if (this.lane === LANES) this.flush();
  }

  /** Adds what is left; call when all runs are through. */
  flush(): void {
    const { lane, pulled, sharedRows, parameterCount: P, shared } = this;
    if (lane === 0) return;
    pulled.fill(0, lane * P);
    sharedRows.fill(0, lane * shared.length);
    this.laneSquares.fill(0, lane);
    for (const block of this.blocks) this.addToBorder(block);
    this.addToShared();
    this.lane = 0;
  }

  private addToBorder({ border, private: privates }: Bordered): void {
    const { pulled, sharedRows, parameterCount: P } = this;
    const s = this.shared.length;
    for (let k = 0; k < privates.length; k++) {
      const parameter = privates[k]!;
      const a = pulled[parameter]!;
      const b = pulled[P + parameter]!;
      const c = pulled[2 * P + parameter]!;
      const d = pulled[3 * P + parameter]!;
      if (a === 0 && b === 0 && c === 0 && d === 0) continue;
      const row = k * s;
      for (let j = 0; j < s; j++) {
        border[row + j]! +=
          a * sharedRows[j]! + b * sharedRows[s + j]! + c * sharedRows[2 * s + j]! + d * sharedRows[3 * s + j]!;
      }
    }
  }

  private addToShared(): void {
    const { pulled, sharedRows, pulledShared, laneSquares, shared, sharedNormal, parameterCount: P } = this;
    const s = shared.length;
    for (let lane = 0; lane < LANES; lane++) {
      for (let j = 0; j < s; j++) pulledShared[lane * s + j] = pulled[lane * P + shared[j]!]!;
    }
    for (let lane = 0; lane < this.lane; lane++) {
      const at = lane * s;
      for (let k = 0; k < s; k++) {
        const right = sharedRows[at + k]!;
        const left = pulledShared[at + k]! + laneSquares[lane]! * right;
        if (left === 0 && right === 0) continue;
        const row = k * s;
        for (let j = 0; j <= k; j++) {
          sharedNormal[row + j]! += left * sharedRows[at + j]! + right * pulledShared[at + j]!;
        }
      }
    }
  }
}
