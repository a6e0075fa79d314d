const EMPTY = 0xffffffff;

/** Open-addressing hash table from unsigned 32-bit keys (not 2³² − 1) to 32-bit numbers, in two typed arrays. */
export class HashTable {
  private keys: Uint32Array;
  private values: Int32Array;
  private mask: number;
  size = 0;

  /** @param expected number of keys for which it need not grow. */
  constructor(expected: number) {
    const capacity = 1 << Math.ceil(Math.log2(Math.max(8, expected * 2)));
    this.keys = new Uint32Array(capacity).fill(EMPTY);
    this.values = new Int32Array(capacity);
    this.mask = capacity - 1;
  }

  /** The value of `key`, or `absent`. */
  get(key: number, absent: number): number {
    const slot = this.slotOf(key);
    return this.keys[slot] === key ? this.values[slot]! : absent;
  }

  set(key: number, value: number): void {
    let slot = this.slotOf(key);
    if (this.keys[slot] !== key) {
      if (2 * (this.size + 1) > this.keys.length) {
        this.grow();
        slot = this.slotOf(key);
      }
      this.keys[slot] = key;
      this.size++;
    }
    this.values[slot] = value;
  }

  /** The slot that holds `key`, or the empty one where it belongs. */
  private slotOf(key: number): number {
    let hash = Math.imul(key ^ (key >>> 16), 0x45d9f3b);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    let slot = (hash ^ (hash >>> 14)) & this.mask;
    while (this.keys[slot] !== key && this.keys[slot] !== EMPTY) slot = (slot + 1) & this.mask;
    return slot;
  }

  private grow(): void {
    const { keys, values } = this;
    this.keys = new Uint32Array(keys.length * 2).fill(EMPTY);
    this.values = new Int32Array(keys.length * 2);
    this.mask = this.keys.length - 1;
    for (let i = 0; i < keys.length; i++) {
      if (keys[i] === EMPTY) continue;
      const slot = this.slotOf(keys[i]!);
      this.keys[slot] = keys[i]!;
      this.values[slot] = values[i]!;
    }
  }
}
