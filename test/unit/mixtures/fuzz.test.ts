import assert from 'node:assert/strict';
import { faultOf, mutants } from './support/fuzz';

describe('reading damaged files', () => {
  it('never throws, never invents a number: 5,000 mutants (npx tsx test/fuzz/mixtures.ts for 100,000)', () => {
    let count = 0;
    for (const mutant of mutants(20260)) {
      const fault = faultOf(mutant);
      // Time is for the separate script: other work on the machine would show up here.
      if (fault !== undefined && !fault.startsWith('slow')) assert.fail(`${fault}\n${JSON.stringify(mutant)}`);
      if (++count === 5000) return;
    }
  });
});
