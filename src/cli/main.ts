import { MixlawError } from '../core/errors';
import { Arguments, HELP_FLAG, JSON_FLAG, UsageError } from './arguments';
import { commandHelp, type Command } from './command';
import { compareCommand } from './compare';
import { designCommand } from './design';
import { fitCommand } from './fit';
import { inspectCommand } from './inspect';
import { printJson, type Io } from './io';
import { mergeCommand } from './merge';
import { predictCommand } from './predict';
import { recommendCommand } from './recommend';
import { reportCommand } from './report';
import { didYouMean } from './suggest';
import { printable } from './table';

const commands: readonly Command[] = [
  fitCommand,
  compareCommand,
  predictCommand,
  recommendCommand,
  designCommand,
  reportCommand,
  inspectCommand,
  mergeCommand,
];

/** Runs one command line; the answer is the exit code. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const [name, ...rest] = argv;
  const json = argv.includes('--json');
  try {
    if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
      (name === undefined ? io.err : io.out)(overview());
      return name === undefined ? 2 : 0;
    }
    const command = commands.find((candidate) => candidate.name === name);
    if (!command) {
      const names = commands.map((known) => known.name);
      throw new UsageError(`There is no command “${printable(name)}”.${didYouMean(name, names)}`);
    }
    const flags = [...command.flags, JSON_FLAG, HELP_FLAG];
    const args = Arguments.parse(rest, flags);
    if (args.has('help')) io.out(commandHelp(command, flags));
    else await command.run(args, io);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      const known = commands.some((command) => command.name === name);
      io.err(`${error.message}\nSee mixlaw ${known ? `${name} ` : ''}--help.\n`);
      if (json) printJson(io, { error: { code: 'usage', message: error.message, hint: '', location: {} } });
      return 2;
    }
    if (error instanceof MixlawError) {
      io.err(describe(error));
      if (json) printJson(io, { error: error.toJSON() });
      return 1;
    }
    io.err(`This is a defect of Mixlaw, please report it:\n${error instanceof Error ? error.stack : String(error)}\n`);
    return 1;
  }
}

/** What is wrong, where, and what to do. */
function describe({ message, hint, location }: MixlawError): string {
  const { file, line, column, columnName } = location;
  const place = [
    file === undefined ? '' : [file, line, column].filter((part) => part !== undefined).join(':'),
    columnName === undefined ? '' : `column ${columnName}`,
  ].filter((part) => part !== '');
  const where = place.length > 0 ? `${printable(place.join(', '))}: ` : '';
  return `${where}${printable(message)}\n${hint === '' ? '' : `${printable(hint)}\n`}`;
}

function overview(): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    'Data-mixing scaling laws: fit proxy runs, predict losses, recommend a mixture.',
    '',
    'Usage: mixlaw COMMAND … [options]',
    '',
    'Commands:',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    'mixlaw COMMAND --help tells the options of a command.',
    '',
  ].join('\n');
}
