import { alternationFinding, looksLikePath, readAlternation } from '../alternating';
import type { Family, Finding, Format, FoundMixture, Source } from '../family';
import { HERE } from '../shell/lexer';
import { ENDS_OPTION } from '../shell/words';
import { numberOf, type ScalarNode } from '../syntax/node';
import type { MixtureProblem } from '../types';

export const MEGATRON: Format = {
  id: 'megatron',
  name: 'Megatron-LM',
  zeroForbidden: true,
  namesArePaths: true,
  repeatedNames: 'added',
};

/** Options that take a weighted list for training; those for evaluation hold other mixtures. */
const FLAG = /^--[\w-]*(?:data[-_]path|data[-_]prefix|data[-_]blend|weighted[-_]split[-_]paths)$/i;
const EVALUATION = /valid|test|eval/i;
/** Variables that are for such lists. Others count only when their paths are tokenized data. */
const VARIABLE = /DATA_?(?:PATHS?|PREFIX|BLEND|MIX|SETS?|CONFIG|ARGS|$)|BLEND|TRAIN_?DATA|CORPUS/i;
const LABEL = /^[A-Za-z]{2,12}$/;
export const TOKENIZED = /_(?:text|content|input_ids|tokens)?_?(?:document|sentence)\b/;

/** Megatron-LM launch scripts: options, variables, arrays, accumulation and loops that hold `weight path weight path …`. */
export const megatronShell: Family = {
  id: 'megatron-shell',
  fileKinds: ['shell'],
  candidateKeys: [['data-path'], ['data_path'], ['data-prefix'], ['DATA'], ['BLEND'], ['_document'], ['split-paths']],
  read(source) {
    const lists = [...listsOfVariables(source), ...listsOfCommands(source)];
    const mixtures: FoundMixture[] = [];
    const problems: MixtureProblem[] = [];
    const seen: Set<number>[] = [];
    for (const { label, words, unknown } of lists) {
      // Words of a variable that was put together out of our sight stay unsure where the variable is passed on.
      const list = readAlternation(stripGrouping(words), unknown || words.some(({ unsure }) => unsure));
      if (!list) continue;
      if (list.weights.length === 0) {
        problems.push(...list.problems);
        continue;
      }
      // The same list is met again in the variables it was put together from and the options it is passed to.
      const places = new Set(list.weights.map(({ token }) => token.range.start));
      if (seen.some((other) => [...places].every((place) => other.has(place)))) continue;
      seen.push(places);
      mixtures.push(...alternationFinding(MEGATRON, label, list).mixtures);
    }
    // A list that was built in steps has been seen whole: its parts on the way are no mixtures of their own.
    const whole = mixtures.filter(
      (_, i) =>
        !seen.some(
          (other, j) => j !== i && other.size > seen[i]!.size && [...seen[i]!].every((place) => other.has(place)),
        ),
    );
    if (whole.length === 0) return problems.length > 0 ? finding([], uniqueProblems(problems)) : undefined;
    return finding(whole, uniqueProblems(problems));
  },
};

function finding(mixtures: readonly FoundMixture[], problems: readonly MixtureProblem[]): Finding {
  return { format: MEGATRON, mixtures, problems };
}

function uniqueProblems(problems: readonly MixtureProblem[]): MixtureProblem[] {
  return [...new Map(problems.map((problem) => [`${problem.code} ${problem.range.start}`, problem])).values()];
}

interface List {
  readonly label: string;
  readonly words: readonly ScalarNode[];
  readonly unknown: boolean;
}

/** Words after an option, up to the next one. */
export function* listsAfterFlags(words: readonly ScalarNode[], unknown: boolean): Generator<List> {
  for (let i = 0; i < words.length; i++) {
    const [flag, attached] = splitFlag(words[i]!);
    if (!FLAG.test(flag) || EVALUATION.test(flag)) continue;
    let end = i + 1;
    while (end < words.length && !ENDS_OPTION.test(words[end]!.text)) end++;
    const list = words.slice(i + 1, end);
    yield {
      label: flag.includes('train') ? 'train' : labelOf(flag),
      words: attached ? [attached, ...list] : list,
      unknown,
    };
  }
}

function labelOf(flag: string): string {
  const stage = /^--(.+?)[-_]?data/.exec(flag)?.[1];
  return stage && !/^train/.test(stage) ? stage : 'train';
}

/** `--data-path=0.5` as the option and its first word. */
function splitFlag(word: ScalarNode): [string, ScalarNode | undefined] {
  const equals = word.text.startsWith('--') ? word.text.indexOf('=') : -1;
  if (equals < 0) return [word.text, undefined];
  const text = word.text.slice(equals + 1);
  const range = word.verbatim ? { start: word.range.start + equals + 1, end: word.range.end } : word.range;
  return [word.text.slice(0, equals), text === '' ? undefined : { ...word, text, range }];
}

function* listsOfCommands({ script }: Source): Generator<List> {
  for (const { words } of script.commands) {
    yield* listsAfterFlags(words, false);
    // `cat > blend.txt <<EOF`: the file that --data-args-path is given.
    const [first, ...written] = words;
    const paths = stripGrouping(written).filter((_, i) => i % 2 === 1);
    if (first?.text === HERE && paths.length > 0 && paths.every(({ text }) => TOKENIZED.test(text)))
      yield { label: 'train', words: written, unknown: false };
  }
  for (const { words } of script.variables) yield* listsAfterFlags(words, false);
}

function* listsOfVariables({ script }: Source): Generator<List> {
  for (const { name, words, unknown } of script.variables) {
    if (EVALUATION.test(name) && !/train/i.test(name)) continue;
    const paths = stripGrouping(words).filter((_, i) => i % 2 === 1);
    if (paths.length === 0 || !paths.every(({ text }) => looksLikePath(text))) continue;
    if (!VARIABLE.test(name) && !paths.every(({ text }) => TOKENIZED.test(text))) continue;
    yield { label: 'train', words, unknown };
  }
}

/**
 * Without what forks add: the group's name in front, `0:0.95` splits, commas between the pairs (Megatron-DeepSpeed), a
 * label between weight and path.
 */
function stripGrouping(words: readonly ScalarNode[]): ScalarNode[] {
  return withoutLabels(words)
    .filter(
      ({ text }, i) =>
        !(i === 0 && /^"?[A-Za-z_]\w*:$/.test(text)) && !/^\d*\.?\d*:\d*\.?\d*$/.test(text) && text !== ',',
    )
    .map((word) => withoutComma(word));
}

/** `0.5 en path 0.5 zh path` */
function withoutLabels(words: readonly ScalarNode[]): readonly ScalarNode[] {
  const labelled =
    words.length > 0 &&
    words.length % 3 === 0 &&
    words.every((word, i) =>
      i % 3 === 0 ? numberOf(word) !== undefined : i % 3 === 1 ? LABEL.test(word.text) : looksLikePath(word.text),
    );
  return labelled ? words.filter((_, i) => i % 3 !== 1) : words;
}

function withoutComma(word: ScalarNode): ScalarNode {
  if (!word.text.endsWith(',')) return word;
  const range = word.verbatim ? { start: word.range.start, end: word.range.end - 1 } : word.range;
  return { ...word, text: word.text.slice(0, -1), range };
}
