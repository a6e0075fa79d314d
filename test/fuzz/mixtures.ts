/**
 * Reads mutated configs: `npx tsx test/fuzz/mixtures.ts [count] [seed]`. Exits with 1 and the first faults when a reading throws,
 * takes over 100 ms (three times in a row), or holds a number that the file does not.
 */
import { faultOf, mutants } from '../unit/mixtures/support/fuzz';

const count = Number(process.argv[2] ?? 100_000);
const seed = Number(process.argv[3] ?? 1);
const start = performance.now();
const faults: string[] = [];
let read = 0;
for (const mutant of mutants(seed)) {
  let fault = faultOf(mutant);
  // A pause of the machine is not a hang: only what is slow again and again counts.
  for (let again = 0; again < 2 && fault?.startsWith('slow'); again++) fault = faultOf(mutant);
  if (fault !== undefined) faults.push(`${fault}\n  ${JSON.stringify(mutant)}`);
  if (++read >= count || faults.length >= 20) break;
}
const seconds = (performance.now() - start) / 1000;
console.log(`${read} files, seed ${seed}, ${seconds.toFixed(0)} s, ${faults.length} faults`);
for (const fault of faults) console.log(fault);
process.exitCode = faults.length > 0 ? 1 : 0;
