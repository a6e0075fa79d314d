import * as v from 'valibot';
import { version } from '../../../package.json';
import { MixlawError } from '../errors';
import { jsonFault } from '../json';
import type { Replicate } from '../judge/executor';
import type { UnitResult } from '../judge/types';
import type { FitOptions } from '../fit/types';
import { quoted } from '../words';
import type { PreparedComparison } from './comparePlan';
import type { DataFileStamp } from './files';

/**
 * Partial result files: what one of several processes found out of a comparison or a bootstrap, with all that is needed
 * to finish it. They hold no time and no path, so that the same shard gives the same bytes wherever it is made.
 */
export const PART_VERSION = 1;

/** A shard: the units whose place in the plan is ≡ index modulo count. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** What is the same in all parts of one piece of work. */
export type PartHead =
  | { readonly kind: 'comparison'; readonly files: readonly DataFileStamp[]; readonly prepared: PreparedComparison }
  | {
      readonly kind: 'bootstrap';
      readonly files: readonly DataFileStamp[];
      /** The text of the fit document, without the bootstrap. */
      readonly document: string;
      readonly seed: number;
      readonly replicates: number;
    };

/** Without the time it took; `at` is the unit's place in the plan. */
export interface PartResult extends Omit<UnitResult, 'unit' | 'seconds'> {
  readonly at: number;
}

export interface Part {
  readonly head: PartHead;
  readonly shard: Shard;
  /** Of a comparison. */
  readonly results: readonly PartResult[];
  /** Of a bootstrap. */
  readonly replicates: readonly Replicate[];
}

/** The items of a shard, with their places. */
export function itemsOf<Item>(items: readonly Item[], { index, count }: Shard): Item[] {
  return items.filter((_, at) => at % count === index % count);
}

const number = v.nullable(v.number());
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const numbers = v.array(number);
const typed = v.pipe(
  numbers,
  v.transform((values) => Float64Array.from(values, (value) => value ?? NaN)),
);
const whole = v.pipe(
  v.array(v.pipe(v.number(), v.integer())),
  v.transform((values) => Int32Array.from(values)),
);
const text = v.string();

const runsSchema = v.object({
  domains: v.array(text),
  targets: v.array(text),
  targetDomain: v.array(v.number()),
  mixtures: typed,
  weightSums: typed,
  losses: typed,
  modelSizes: typed,
  tokens: typed,
  rows: whole,
  runIds: whole,
  lossKind: v.picklist(['nats', 'bits-per-byte', 'perplexity']),
});

const fitSchema = v.custom<Partial<Omit<FitOptions, 'law'>>>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((option) => ['number', 'string'].includes(typeof option)),
);

const splitSchema = v.object({ name: text, train: v.array(count), validation: v.array(count) });

const optionsSchema = v.object({
  laws: v.array(text),
  splits: v.variant('kind', [
    v.object({ kind: v.literal('random'), repeats: count, trainFraction: v.number() }),
    v.object({ kind: v.literal('folds'), folds: count }),
    v.object({ kind: v.literal('scales'), mixtures: v.picklist(['new', 'carried']), folds: count }),
    v.object({ kind: v.literal('given'), splits: v.array(splitSchema) }),
  ]),
  grouping: v.picklist(['run', 'row']),
  seed: v.number(),
  stack: v.boolean(),
  stackFolds: count,
  stackFit: fitSchema,
  fit: fitSchema,
  targetWeights: v.exactOptional(v.array(v.number())),
});

const stampSchema = v.object({ name: text, bytes: count, sha256: text });

const headSchema = v.variant('kind', [
  v.object({
    kind: v.literal('comparison'),
    files: v.array(stampSchema),
    prepared: v.object({
      runs: runsSchema,
      options: optionsSchema,
      judged: v.exactOptional(v.array(count)),
      left: v.array(v.object({ law: text, reason: text })),
    }),
  }),
  v.object({
    kind: v.literal('bootstrap'),
    files: v.array(stampSchema),
    document: text,
    seed: v.number(),
    replicates: count,
  }),
]);

const partSchema = v.object({
  format: v.literal('mixlaw-part'),
  version: v.literal(PART_VERSION),
  generator: text,
  head: headSchema,
  shard: v.object({ index: count, count: v.pipe(count, v.minValue(1)) }),
  results: v.array(
    v.object({
      at: count,
      predicted: numbers,
      scores: v.exactOptional(v.array(v.number())),
      parameterCount: count,
      converged: v.boolean(),
      failure: v.exactOptional(text),
    }),
  ),
  replicates: v.array(v.object({ replicate: count, parameters: numbers, converged: v.boolean() })),
});

/** Equal parts give equal text. */
export function serializePart({ head, shard, results, replicates }: Part): string {
  const part = {
    format: 'mixlaw-part',
    version: PART_VERSION,
    generator: `mixlaw ${version}`,
    head,
    shard,
    results: results.map(({ at, predicted, scores, parameterCount, converged, failure }) => ({
      at,
      predicted,
      ...(scores ? { scores } : {}),
      parameterCount,
      converged,
      ...(failure === undefined ? {} : { failure }),
    })),
    replicates,
  };
  return `${JSON.stringify(part, (_key, value: unknown) => (isTyped(value) ? Array.from(value) : value))}\n`;
}

const isTyped = (value: unknown): value is Float64Array | Int32Array =>
  value instanceof Float64Array || value instanceof Int32Array;

interface ParsedPart extends Part {
  readonly name: string;
  readonly generator: string;
  /** What must be equal in all parts. */
  readonly headText: string;
}

/** @throws MixlawError `bad-part` */
export function parsePart(content: string, name: string): ParsedPart {
  const refuse = (what: string): never => {
    throw new MixlawError(
      'bad-part',
      `${quoted(name)} is no partial result: ${what}.`,
      'Give the files that `--shard` wrote.',
      { file: name },
    );
  };
  let parsed: unknown;
  try {
    parsed = JSON.parse(content);
  } catch {
    const { line, column, what } = jsonFault(content);
    return refuse(`line ${line}, column ${column}: ${what}`);
  }
  const result = v.safeParse(partSchema, parsed);
  if (!result.success) {
    const [issue] = result.issues;
    return refuse(`${v.getDotPath(issue) ?? 'the file'}: ${issue.message}`);
  }
  const { head, shard, results, replicates, generator } = result.output;
  const headText = JSON.stringify((parsed as { readonly head: unknown }).head);
  return { name, generator, headText, head: head as PartHead, shard, results, replicates };
}

/**
 * All parts of one piece of work as one. A part given twice counts once.
 * @throws MixlawError `parts-differ` when they are not of one piece of work, `parts-missing` when some are not there
 */
export function mergeParts(parts: readonly ParsedPart[]): Omit<Part, 'shard'> {
  const [first] = parts;
  if (!first) throw new MixlawError('parts-missing', 'No partial result was given.', 'Give the files of all shards.');
  for (const part of parts) {
    const differs =
      part.generator !== first.generator
        ? `it was made by ${part.generator}, the other by ${first.generator}`
        : part.head.kind !== first.head.kind
          ? `it is of a ${part.head.kind}, the other of a ${first.head.kind}`
          : sha(part) !== sha(first)
            ? 'the data differ'
            : part.headText !== first.headText
              ? 'the options differ'
              : undefined;
    if (differs === undefined) continue;
    throw new MixlawError(
      'parts-differ',
      `${quoted(part.name)} does not belong with ${quoted(first.name)}: ${differs}.`,
      'Make all shards from the same files with the same options and the same version of Mixlaw.',
      { file: part.name },
    );
  }
  const results = new Map(parts.flatMap((part) => part.results.map((result) => [result.at, result] as const)));
  const replicates = new Map(parts.flatMap((part) => part.replicates.map((one) => [one.replicate, one] as const)));
  return {
    head: first.head,
    results: [...results.values()].sort((one, other) => one.at - other.at),
    replicates: [...replicates.values()].sort((one, other) => one.replicate - other.replicate),
  };
}

const sha = ({ head }: Part): string => head.files.map(({ sha256 }) => sha256).join();

/** @param found how many of `total` results there are. @throws MixlawError `parts-missing` */
export function refuseMissing(found: number, total: number, shards: readonly Shard[]): void {
  if (found === total) return;
  const { count = 1 } = shards[0] ?? {};
  const there = new Set(shards.map(({ index }) => index % count));
  const lacking = Array.from({ length: count }, (_, i) => i + 1).filter((i) => !there.has(i % count));
  const which = lacking.length > 0 ? ` Shards ${lacking.map((i) => `${i}/${count}`).join(', ')} are missing.` : '';
  throw new MixlawError(
    'parts-missing',
    `${total - found} of ${total} results are missing.${which}`,
    'Give the files of all shards.',
  );
}
