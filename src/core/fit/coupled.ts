import type { CoupledJacobian } from '../laws/law';
import type { Arrowhead } from './arrowhead';
import { backward, cholesky, forward } from './cholesky';
import { Couplings } from './couplings';
import type { Linearization } from './optimizer';
import type { LawProblem } from './problem';
import { bend, bendSlope } from './robust';

/** The parameters of one target: those nobody else depends on (private), then those shared with other targets. */
interface Block {
  /** Parameter index of each private parameter, ascending. Length p. */
  readonly private: Int32Array;
  /** Where in the target's own row the private parameters begin, and where the shared ones are. */
  readonly firstPrivate: number;
  readonly sharedSlots: Int32Array;
  /** Position in `shared` of each of `sharedSlots`. */
  readonly sharedPlaces: Int32Array;
  /** Private × private part of JᵀJ [p × p] and its damped Cholesky factor. */
  readonly normal: Float64Array;
  readonly factor: Float64Array;
  /** Private × shared part [p × s], and L⁻¹ of it. */
  readonly border: Float64Array;
  readonly reduced: Float64Array;
  readonly side: Float64Array;
}

/**
 * Normal equations of laws whose targets are coupled through few shared parameters (`CoupledJacobian`). JᵀJ is an
 * arrowhead: one block a target, bordered by the shared parameters. The rank-one coupling of all targets of a run costs
 * one outer product a run, and the blocks are eliminated one by one (Schur complement), so no P × P matrix is ever made.
 * An iteration costs O(runs · P · s + Σ p²·(p + s) + s³) with s shared and p private parameters a target.
 */
export class CoupledLinearization implements Linearization {
  private readonly blocks: readonly Block[];
  private readonly sharedNormal: Float64Array;
  private readonly schur: Float64Array;
  private readonly sharedSide: Float64Array;
  private readonly gradient: Float64Array;
  private readonly theta: Float64Array;
  /** dθ/dz. */
  private readonly unit: Float64Array;
  private readonly residuals: Float64Array;
  private readonly losses: Float64Array;
  /** The own derivatives of every target, and where those of each begin. */
  private readonly ownRow: Float64Array;
  private readonly ownOffsets: Int32Array;
  private readonly couplings: Float64Array;
  private readonly sharedRow: Float64Array;
  private readonly runs: Couplings;

  constructor(
    private readonly problem: LawProblem,
    private readonly coupled: CoupledJacobian,
  ) {
    const { own, shared } = coupled;
    const P = problem.parameterCount;
    const s = shared.length;
    const positionInShared = new Int32Array(P).fill(-1);
    shared.forEach((parameter, k) => (positionInShared[parameter] = k));
    this.blocks = own.map((indices) => {
      const privates = indices.filter((parameter) => positionInShared[parameter] === -1);
      const p = privates.length;
      const slots = Int32Array.from(indices.keys());
      const sharedSlots = slots.filter((slot) => positionInShared[indices[slot]!]! >= 0);
      return {
        private: privates,
        firstPrivate: Math.max(0, indices.indexOf(privates[0] ?? -1)),
        sharedSlots,
        sharedPlaces: sharedSlots.map((slot) => positionInShared[indices[slot]!]!),
        normal: new Float64Array(p * p),
        factor: new Float64Array(p * p),
        border: new Float64Array(p * s),
        reduced: new Float64Array(p * s),
        side: new Float64Array(p),
      };
    });
    this.sharedNormal = new Float64Array(s * s);
    this.schur = new Float64Array(s * s);
    this.sharedSide = new Float64Array(s);
    this.gradient = new Float64Array(P);
    this.theta = new Float64Array(P);
    this.unit = new Float64Array(P);
    this.residuals = new Float64Array(problem.residualCount);
    this.losses = new Float64Array(problem.model.shape.targets.length);
    this.ownRow = new Float64Array(own.reduce((sum, indices) => sum + indices.length, 0));
    this.ownOffsets = new Int32Array(own.length);
    for (let i = 1; i < own.length; i++) this.ownOffsets[i] = this.ownOffsets[i - 1]! + own[i - 1]!.length;
    this.couplings = new Float64Array(own.length);
    this.sharedRow = new Float64Array(s);
    this.runs = new Couplings(this.blocks, shared, this.sharedNormal, P);
  }

  sumOfSquares(z: Float64Array): number {
    this.problem.residuals(z, this.residuals);
    let sum = 0;
    for (let k = 0; k < this.residuals.length; k++) sum += this.residuals[k]! * this.residuals[k]!;
    return sum;
  }

  linearize(z: Float64Array, gradient: Float64Array, columnNorms: Float64Array): number {
    const { problem, blocks, sharedNormal, theta, coupled } = this;
    const { entries } = problem;
    const K = problem.model.shape.domains.length;
    problem.toTheta(z, theta);
    for (let p = 0; p < theta.length; p++) this.unit[p] = problem.derivative(p, theta);
    gradient.fill(0);
    sharedNormal.fill(0);
    for (const block of blocks) {
      block.normal.fill(0);
      block.border.fill(0);
    }
    let sum = 0;
    for (let r = 0; r < entries.modelSizes.length; r++) {
      const mixture = entries.mixtures.subarray(r * K, r * K + K);
      const again = problem.again[r] === 1;
      coupled.evaluate(
        theta,
        mixture,
        entries.modelSizes[r]!,
        entries.tokens[r]!,
        this.losses,
        this.ownRow,
        this.couplings,
        this.sharedRow,
        again,
      );
      this.toSearchedSpace();
      // Checkpoints of one run have their coupling and shared row in common.
      if (!again) this.runs.begin();
      sum += this.addRun(r, gradient);
      if (problem.again[r + 1] !== 1) this.runs.end(this.sharedRow, gradient);
    }
    this.runs.flush();
    sum += this.addPrior(z, gradient);
    this.mirror();
    this.writeDiagonal(columnNorms);
    this.gradient.set(gradient);
    return sum;
  }

  /** Multiplies the derivatives of the run at hand by dθ/dz. */
  private toSearchedSpace(): void {
    const { coupled, unit, ownRow, sharedRow } = this;
    let at = 0;
    for (let i = 0; i < coupled.own.length; i++) {
      const indices = coupled.own[i]!;
      for (let k = 0; k < indices.length; k++) ownRow[at++]! *= unit[indices[k]!]!;
    }
    for (let k = 0; k < sharedRow.length; k++) sharedRow[k]! *= unit[coupled.shared[k]!]!;
  }

  private addRun(run: number, gradient: Float64Array): number {
    const { problem, ownOffsets, couplings, runs, losses } = this;
    const { entries, shape } = problem;
    let sum = 0;
    for (let e = entries.at[run]!; e < entries.at[run + 1]!; e++) {
      const target = entries.target[e]!;
      const residual = bend((losses[target]! - entries.loss[e]!) * shape.scale[e]!, shape.knee);
      const slope = bendSlope(residual, shape.knee) * shape.scale[e]!;
      const coupling = couplings[target]!;
      sum += residual * residual;
      runs.pull += slope * residual * coupling;
      const weight = slope * slope;
      runs.squares += weight * coupling * coupling;
      this.addOwn(target, ownOffsets[target]!, weight, slope * residual, weight * coupling, gradient);
    }
    return sum;
  }

  /** Adds weight·own·ownᵀ of one entry (lower triangles only), and what it adds to gradient and pull. */
  private addOwn(
    target: number,
    at: number,
    weight: number,
    slope: number,
    pulling: number,
    gradient: Float64Array,
  ): void {
    const { ownRow, sharedNormal } = this;
    const { pulled, at: pulledAt } = this.runs;
    const { private: privates, firstPrivate, sharedSlots, sharedPlaces, normal, border } = this.blocks[target]!;
    const indices = this.coupled.own[target]!;
    const p = privates.length;
    const q = sharedSlots.length;
    const s = this.sharedRow.length;
    const first = at + firstPrivate;
    for (let k = 0; k < p; k++) {
      const own = ownRow[first + k]!;
      if (own === 0) continue;
      const parameter = privates[k]!;
      gradient[parameter]! += slope * own;
      pulled[pulledAt + parameter]! += pulling * own;
      const value = weight * own;
      const row = k * p;
      for (let j = 0; j <= k; j++) normal[row + j]! += value * ownRow[first + j]!;
      const borderRow = k * s;
      for (let j = 0; j < q; j++) border[borderRow + sharedPlaces[j]!]! += value * ownRow[at + sharedSlots[j]!]!;
    }
    for (let k = 0; k < q; k++) {
      const own = ownRow[at + sharedSlots[k]!]!;
      const parameter = indices[sharedSlots[k]!]!;
      gradient[parameter]! += slope * own;
      pulled[pulledAt + parameter]! += pulling * own;
      const value = weight * own;
      const row = sharedPlaces[k]! * s;
      for (let j = 0; j <= k; j++) sharedNormal[row + sharedPlaces[j]!]! += value * ownRow[at + sharedSlots[j]!]!;
    }
  }

  private addPrior(z: Float64Array, gradient: Float64Array): number {
    const { priorWeight, priorCenter, priorKnee } = this.problem;
    if (priorWeight.length === 0) return 0;
    let sum = 0;
    const add = (parameter: number): number => {
      const residual = bend(priorWeight[parameter]! * (z[parameter]! - priorCenter[parameter]!), priorKnee[parameter]!);
      const weight = priorWeight[parameter]! * bendSlope(residual, priorKnee[parameter]!);
      gradient[parameter]! += weight * residual;
      sum += residual * residual;
      return weight * weight;
    };
    for (const { private: indices, normal } of this.blocks) {
      const p = indices.length;
      for (let k = 0; k < p; k++) normal[k * p + k]! += add(indices[k]!);
    }
    const { shared } = this.coupled;
    for (let k = 0; k < shared.length; k++) this.sharedNormal[k * shared.length + k]! += add(shared[k]!);
    return sum;
  }

  /** Copies the lower triangles up. */
  private mirror(): void {
    const full = (matrix: Float64Array, size: number): void => {
      for (let k = 0; k < size; k++) for (let j = 0; j < k; j++) matrix[j * size + k] = matrix[k * size + j]!;
    };
    for (const block of this.blocks) full(block.normal, block.private.length);
    full(this.sharedNormal, this.sharedRow.length);
  }

  private writeDiagonal(columnNorms: Float64Array): void {
    for (const { private: indices, normal } of this.blocks) {
      for (let k = 0; k < indices.length; k++) columnNorms[indices[k]!] = normal[k * indices.length + k]!;
    }
    const { shared } = this.coupled;
    for (let k = 0; k < shared.length; k++) columnNorms[shared[k]!] = this.sharedNormal[k * shared.length + k]!;
  }

  solve(damping: Float64Array, held: Uint8Array, step: Float64Array): boolean {
    const { blocks, schur, sharedNormal, sharedSide, gradient } = this;
    const { shared } = this.coupled;
    const s = shared.length;
    for (let k = 0; k < s; k++) {
      const isHeld = held[shared[k]!] === 1;
      for (let j = 0; j <= k; j++) {
        const free = !isHeld && held[shared[j]!] === 0;
        schur[k * s + j] = free ? sharedNormal[k * s + j]! : 0;
      }
      schur[k * s + k] = isHeld ? 1 : schur[k * s + k]! + damping[shared[k]!]!;
      sharedSide[k] = isHeld ? 0 : -gradient[shared[k]!]!;
    }
    for (const block of blocks) if (!this.eliminate(block, damping, held)) return false;
    if (!cholesky(schur, s)) return false;
    forward(schur, s, sharedSide);
    backward(schur, s, sharedSide);
    for (let k = 0; k < s; k++) step[shared[k]!] = held[shared[k]!] === 1 ? 0 : sharedSide[k]!;
    for (const block of blocks) {
      const { private: indices, factor, reduced, side } = block;
      const p = indices.length;
      for (let k = 0; k < p; k++) {
        let value = side[k]!;
        for (let j = 0; j < s; j++) value -= reduced[k * s + j]! * sharedSide[j]!;
        side[k] = value;
      }
      backward(factor, p, side);
      for (let k = 0; k < p; k++) step[indices[k]!] = side[k]!;
    }
    return true;
  }

  /** Factors a block and takes its share off the shared equations. */
  private eliminate(block: Block, damping: Float64Array, held: Uint8Array): boolean {
    const { sharedSide, gradient } = this;
    const { shared } = this.coupled;
    const { private: indices, normal, factor, border, reduced, side } = block;
    const p = indices.length;
    const s = shared.length;
    for (let k = 0; k < p; k++) {
      const parameter = indices[k]!;
      const isHeld = held[parameter] === 1;
      for (let j = 0; j < k; j++) factor[k * p + j] = isHeld || held[indices[j]!] === 1 ? 0 : normal[k * p + j]!;
      factor[k * p + k] = isHeld ? 1 : normal[k * p + k]! + damping[parameter]!;
      side[k] = isHeld ? 0 : -gradient[parameter]!;
      for (let j = 0; j < s; j++) reduced[k * s + j] = isHeld || held[shared[j]!] === 1 ? 0 : border[k * s + j]!;
    }
    if (!cholesky(factor, p)) return false;
    forward(factor, p, side);
    for (let k = 0; k < p; k++) {
      const row = k * s;
      for (let q = 0; q < k; q++) {
        const value = factor[k * p + q]!;
        if (value === 0) continue;
        const other = q * s;
        for (let j = 0; j < s; j++) reduced[row + j]! -= value * reduced[other + j]!;
      }
      const diagonal = factor[k * p + k]!;
      for (let j = 0; j < s; j++) reduced[row + j]! /= diagonal;
      for (let i = 0; i < s; i++) sharedSide[i]! -= reduced[row + i]! * side[k]!;
    }
    // Four rows at a time: the Schur complement is the heart of an iteration, and this saves three quarters of its stores.
    const whole = p - (p % 4);
    for (let k = 0; k < whole; k += 4) this.takeOffFour(reduced, k * s);
    for (let k = whole; k < p; k++) this.takeOff(reduced, k * s);
    return true;
  }

  /** Takes the outer products of four rows of a block, from `at` on, off the shared equations, lower triangle. */
  private takeOffFour(reduced: Float64Array, at: number): void {
    const { schur } = this;
    const s = this.sharedRow.length;
    const [two, three, four] = [at + s, at + 2 * s, at + 3 * s];
    for (let i = 0; i < s; i++) {
      const a = reduced[at + i]!;
      const b = reduced[two + i]!;
      const c = reduced[three + i]!;
      const d = reduced[four + i]!;
      const row = i * s;
      for (let j = 0; j <= i; j++) {
        schur[row + j]! -=
          a * reduced[at + j]! + b * reduced[two + j]! + c * reduced[three + j]! + d * reduced[four + j]!;
      }
    }
  }

  /** The same for one row. */
  private takeOff(reduced: Float64Array, at: number): void {
    const { schur } = this;
    const s = this.sharedRow.length;
    for (let i = 0; i < s; i++) {
      const first = reduced[at + i]!;
      const row = i * s;
      for (let j = 0; j <= i; j++) schur[row + j]! -= first * reduced[at + j]!;
    }
  }

  squaredLength(step: Float64Array): number {
    const { shared } = this.coupled;
    const s = shared.length;
    let sum = 0;
    for (const { private: indices, normal, border } of this.blocks) {
      const p = indices.length;
      for (let k = 0; k < p; k++) {
        let value = 0;
        for (let j = 0; j < p; j++) value += normal[k * p + j]! * step[indices[j]!]!;
        let cross = 0;
        for (let j = 0; j < s; j++) cross += border[k * s + j]! * step[shared[j]!]!;
        sum += step[indices[k]!]! * (value + 2 * cross);
      }
    }
    for (let k = 0; k < s; k++) {
      let value = 0;
      for (let j = 0; j < s; j++) value += this.sharedNormal[k * s + j]! * step[shared[j]!]!;
      sum += step[shared[k]!]! * value;
    }
    return sum;
  }

  arrowhead(): Arrowhead {
    const blocks = this.blocks.map(({ private: parameters, normal, border }) => ({ parameters, normal, border }));
    return { blocks, shared: this.coupled.shared, sharedNormal: this.sharedNormal };
  }
}
