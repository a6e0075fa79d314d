import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Throttle } from '../../../src/worker/throttle';

describe('throttle', () => {
  it('passes the first at once, then the newest of each interval, and the last at the end', () => {
    const sent: string[] = [];
    let time = 1000;
    const throttle = new Throttle<string>(
      (value) => sent.push(value),
      50,
      () => time,
    );
    for (const [at, value] of [
      [1000, 'a'],
      [1010, 'b'],
      [1020, 'c'],
      [1051, 'd'],
      [1052, 'e'],
    ] as const) {
      time = at;
      throttle.push(value);
    }
    assert.deepEqual(sent, ['a', 'd']);
    throttle.flush();
    throttle.flush();
    assert.deepEqual(sent, ['a', 'd', 'e']);
  });

  it('never loses the last value and never sends faster than asked, whatever the times', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(120), { minLength: 1 }), (gaps) => {
        let time = 0;
        const sent: { at: number; value: number }[] = [];
        const throttle = new Throttle<number>(
          (value) => sent.push({ at: time, value }),
          50,
          () => time,
        );
        gaps.forEach((gap, i) => {
          time += gap;
          throttle.push(i);
        });
        const inTime = sent.length;
        throttle.flush();
        assert.equal(sent.at(-1)?.value, gaps.length - 1);
        for (let i = 1; i < inTime; i++) assert.ok(sent[i]!.at - sent[i - 1]!.at >= 50);
      }),
    );
  });
});
