import type { Arguments, Flag } from './arguments';
import type { Io } from './io';

/** One command of `mixlaw`. Adding one = one file that exports this + one line in `main.ts`. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What follows the command's name: `RESULTS [RESULTS2]`. */
  readonly operands: string;
  /** All but `--json` and `--help`, which every command has. */
  readonly flags: readonly Flag[];
  /** What `--json` prints. */
  readonly prints: string;
  /** @throws UsageError (exit code 2), MixlawError (exit code 1) */
  run(args: Arguments, io: Io): Promise<void>;
}

export function commandHelp(command: Command, flags: readonly Flag[]): string {
  const left = flags.map(({ name, value }) => `--${name}${value ? ` ${value}` : ''}`);
  const width = Math.max(...left.map((text) => text.length));
  return [
    `${command.summary}`,
    '',
    `Usage: mixlaw ${command.name} ${command.operands} [options]`,
    '',
    'Options:',
    ...flags.map(({ help }, i) => `  ${left[i]!.padEnd(width)}  ${help}`),
    '',
    `With --json: ${command.prints}`,
    'Model sizes are in millions of parameters and tokens in billions unless a suffix says otherwise (122M, 1.3B, 30B).',
    'Exit code: 0 done, 1 the input cannot be used, 2 the command line is wrong.',
    '',
  ].join('\n');
}
