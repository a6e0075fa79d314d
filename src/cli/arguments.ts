import { parseArgs } from 'node:util';
import { parseModelSize, parseTokens } from '../core/quantity';
import { didYouMean } from './suggest';

/** The command line itself is wrong: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** One flag, as parsed and as shown by `--help`. */
export interface Flag {
  readonly name: string;
  /** What stands for the value in the help (`FILE`); absent for a switch. */
  readonly value?: string;
  readonly help: string;
}

export const JSON_FLAG: Flag = { name: 'json', help: 'Print one JSON object on standard output.' };
export const HELP_FLAG: Flag = { name: 'help', help: 'Print this help.' };

/** A parsed command line of one command. */
export class Arguments {
  private constructor(
    readonly positionals: readonly string[],
    private readonly values: ReadonlyMap<string, string | boolean | (string | boolean)[]>,
  ) {}

  /** @throws UsageError for a flag the command does not have, or a flag without its value. */
  static parse(argv: readonly string[], flags: readonly Flag[]): Arguments {
    const options = Object.fromEntries(
      flags.map(({ name, value }) => [
        name,
        { type: value ? ('string' as const) : ('boolean' as const), multiple: true },
      ]),
    );
    try {
      const { positionals, values } = parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
      return new Arguments(positionals, new Map(Object.entries(values).filter(hasValue)));
    } catch (error) {
      throw new UsageError(explain(error, flags));
    }
  }

  has(name: string): boolean {
    return this.values.has(name);
  }

  /** Every value of a flag that may be repeated. */
  all(name: string): readonly string[] {
    return ([this.values.get(name) ?? []].flat() as (string | boolean)[]).map(String);
  }

  /** @throws UsageError when the flag is given twice. */
  text(name: string): string | undefined {
    const all = this.all(name);
    if (all.length > 1) throw new UsageError(`--${name} is given ${all.length} times.`);
    return all[0];
  }

  number(name: string, { least = -Infinity, whole = false } = {}): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = text.trim() === '' ? NaN : Number(text);
    if (!Number.isFinite(value) || value < least || (whole && !Number.isInteger(value))) {
      const kind = whole ? 'a whole number' : 'a number';
      const limit = least === -Infinity ? '' : ` of at least ${least}`;
      throw new UsageError(`--${name} takes ${kind}${limit}, not “${text}”.`);
    }
    return value;
  }

  oneOf<T extends string>(name: string, known: readonly T[]): T | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const found = known.find((candidate) => candidate === text);
    if (found !== undefined) return found;
    throw new UsageError(`--${name} takes ${known.join(', ')}, not “${text}”.${didYouMean(text, known)}`);
  }

  /** Items separated by commas (`\,` is a comma in an item), over all occurrences of the flag. */
  list(name: string): readonly string[] {
    return this.all(name).flatMap(splitList);
  }

  /** Millions of parameters. */
  modelSize(name = 'model-size'): number | undefined {
    const text = this.text(name);
    return text === undefined
      ? undefined
      : positiveQuantity(`--${name}`, text, parseModelSize, '1.3B, or 1300 for millions');
  }

  /** Billions of tokens. */
  tokens(name = 'tokens'): number | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : positiveQuantity(`--${name}`, text, parseTokens, '30B, or 30 for billions');
  }
}

export function positiveQuantity(what: string, text: string, parse: (text: string) => number, example: string): number {
  const value = parse(text);
  if (!(value > 0) || value === Infinity)
    throw new UsageError(`${what} takes a quantity such as ${example}; not “${text}”.`);
  return value;
}

export const splitList = (text: string): string[] =>
  text
    .split(/(?<!\\),/)
    .map((item) => item.replaceAll('\\,', ',').trim())
    .filter((item) => item !== '');

function hasValue(entry: [string, unknown]): entry is [string, string | boolean | (string | boolean)[]] {
  return entry[1] !== undefined;
}

function explain(error: unknown, flags: readonly Flag[]): string {
  const { code, message } = error as { readonly code?: string; readonly message: string };
  const flag = /'(-[^\s'=]*)/.exec(message)?.[1];
  if (flag === undefined) return message;
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    const names = flags.map(({ name }) => name);
    return `There is no option ${flag}.${didYouMean(flag.replace(/^-+/, ''), names, '--')}`;
  }
  if (/argument missing|ambiguous/.test(message)) return `${flag.split(' ')[0]} needs a value.`;
  if (/does not take an argument/.test(message)) return `${flag} takes no value.`;
  return message;
}
