/** Sums below this have no proportions worth keeping. */
const NOTHING = 1e-12;

/**
 * The mixture with domain `index` moved to `weight`: the unlocked others give way in proportion (evenly where they
 * are all 0), the locked ones stay. The weight is cut to what the locked ones leave. Sums to 1.
 */
export function moveWeight(
  mixture: ArrayLike<number>,
  locked: readonly boolean[],
  index: number,
  weight: number,
): Float64Array {
  const moved = Float64Array.from(mixture);
  let kept = 0;
  let free = 0;
  let freeCount = 0;
  for (let j = 0; j < moved.length; j++) {
    if (j === index) continue;
    if (locked[j]) kept += moved[j] as number;
    else {
      free += moved[j] as number;
      freeCount++;
    }
  }
  const room = Math.max(0, 1 - kept);
  const taken = freeCount === 0 ? room : Math.min(Math.max(weight, 0), room);
  const left = room - taken;
  for (let j = 0; j < moved.length; j++) {
    if (j === index) moved[j] = taken;
    else if (!locked[j]) moved[j] = free > NOTHING ? ((moved[j] as number) * left) / free : left / freeCount;
  }
  return moved;
}
