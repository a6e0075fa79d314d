import { Random } from '../../../../src/core/random';
import { mightHoldMixture, readMixtures } from '../../../../src/core/mixtures/read';
import { parseNumber } from '../../../../src/core/mixtures/syntax/number';
import type { Mixture } from '../../../../src/core/mixtures/types';
import { fixtures } from './fixtures';

/** Pieces that parsers trip over, and words that recognisers wait for. */
const PIECES = [
  ...[
    '{',
    '}',
    '[',
    ']',
    '(',
    ')',
    '"',
    "'",
    '`',
    '\\',
    '\n',
    '\r\n',
    '\t',
    '#',
    ':',
    ': ',
    '- ',
    ',',
    ';',
    '&a ',
    '*a',
    '<<: *a',
    '|',
    '>',
    '!!x ',
    '---\n',
  ],
  ...[
    'nan',
    '.inf',
    '-1',
    '1e999',
    '1e-400',
    '0',
    '1_0',
    '0x1',
    '-0.5',
    '${X}',
    '$((1/0))',
    '$(',
    '${A[@]}',
    '???',
    'null',
    '~',
    '\u0000',
    '\ufeff',
    '\u2028',
    '😀',
  ],
  ...[
    'weight: ',
    'train:',
    'valid:',
    'sources:',
    '__proto__',
    'constructor',
    '"""',
    "'''",
    'for i in {0..9999}; do ',
    'done',
    'fi',
    'if ',
    '0.5 /a_text_document ',
  ],
  ...[
    'X="${X}${X}"; ',
    'lambda x: ',
    '**a, ',
    'case x in a) ',
    '<<EOF\n',
    '((',
    '))',
    'x = y = ',
    '{{',
    '1/0',
    '9**9**9',
    '=',
    '[[a.b]]\n',
    '[a]\n',
    "'''\n",
  ],
];
const EXTENSIONS = ['yaml', 'yml', 'json', 'toml', 'py', 'sh', 'txt'];

export interface Mutant {
  readonly fileName: string;
  readonly text: string;
}

/** Mutated fixtures, without end; the same ones for the same seed. */
export function* mutants(seed: number): Generator<Mutant> {
  const random = new Random(seed);
  const seeds = fixtures();
  const pick = <T>(items: readonly T[]): T => items[random.below(items.length)]!;
  for (;;) {
    const { fileName, text: original } = pick(seeds);
    let text = original;
    for (let count = 1 + random.below(5); count > 0; count--) {
      const at = random.below(text.length + 1);
      const length = random.below(12);
      switch (random.below(7)) {
        case 0:
          text = text.slice(0, at) + text.slice(at + length);
          break;
        case 1:
          text = text.slice(0, at) + pick(PIECES) + text.slice(at);
          break;
        case 2:
          text = text.slice(0, at) + pick(PIECES).repeat(1 + random.below(40)) + text.slice(at);
          break;
        case 3:
          text = text.slice(0, at) + String.fromCharCode(random.below(256)) + text.slice(at + 1);
          break;
        case 4:
          text = text.slice(0, at) + text.slice(at, at + 10 * length) + text.slice(at);
          break;
        case 5: {
          const other = pick(seeds).text;
          const from = random.below(other.length);
          text = text.slice(0, at) + other.slice(from, from + 20 * length) + text.slice(at);
          break;
        }
        default:
          text = text.slice(0, at);
      }
    }
    const name = random.below(10) === 0 ? `${fileName}.${pick(EXTENSIONS)}` : fileName;
    yield { fileName: name, text };
  }
}

/** What is wrong with the reading of a mutant; undefined when nothing is. */
export function faultOf({ fileName, text }: Mutant): string | undefined {
  const start = process.cpuUsage();
  let reading;
  try {
    const might = mightHoldMixture(fileName, text);
    reading = readMixtures(fileName, text);
    if (!might && reading.kind !== 'unknown') return 'the look before reading missed it';
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  // Processor time: the machine may be busy with other things.
  const { user, system } = process.cpuUsage(start);
  const milliseconds = (user + system) / 1000;
  if (milliseconds > 100) return `slow: ${milliseconds.toFixed(0)} ms`;
  for (const { range } of reading.problems) {
    if (!(range.start >= 0 && range.end >= range.start && range.end <= text.length))
      return `problem outside of the text: ${range.start}-${range.end}`;
  }
  for (const mixture of reading.mixtures) {
    const fault = faultOfMixture(mixture, text);
    if (fault) return fault;
  }
  return reading.kind === 'mixture' && reading.mixtures.length === 0 ? 'a mixture without a mixture' : undefined;
}

function faultOfMixture({ weights, sum, modelSize, tokens, range }: Mixture, text: string): string | undefined {
  if (weights.length === 0) return 'no weights';
  if (
    !Number.isFinite(sum) ||
    [modelSize, tokens].some((value) => value !== undefined && !(value > 0 && Number.isFinite(value)))
  )
    return 'a sum or scale that is no number';
  if (!(range.start >= 0 && range.end >= range.start && range.end <= text.length))
    return 'a mixture outside of the text';
  let total = 0;
  for (const weight of weights) {
    const { domain, raw, fraction, range: at, editable, parts } = weight;
    total += fraction;
    if (!Number.isFinite(raw)) return `${domain}: ${raw}`;
    if (!(fraction >= 0 && fraction <= 1)) return `${domain}: share ${fraction}`;
    if (!(at.start >= 0 && at.end >= at.start && at.end <= text.length)) return `${domain}: outside of the text`;
    if (editable && !parts && parseNumber(text.slice(at.start, at.end)) !== raw)
      return `${domain}: ${text.slice(at.start, at.end)} is not ${raw}`;
  }
  return Math.abs(total - 1) < 1e-9 ? undefined : `shares sum to ${total}`;
}
