import { alternationFinding, readAlternation, splitWords } from '../alternating';
import type { Family, Finding, Source } from '../family';
import { isScalar, type DataNode, type ScalarNode } from '../syntax/node';
import { listsAfterFlags, MEGATRON } from './megatron-shell';
import { combine } from './python-dicts';
import { findingOfOptions } from './shell-twins';

/** Python launchers: the arguments of a training program as a list of texts, or as one text. */
export const pythonArguments: Family = {
  id: 'python-arguments',
  fileKinds: ['python'],
  candidateKeys: [
    ['--data-path'],
    ['--train-data-path'],
    ['--data-prefix'],
    ['--train-data-mix-weights'],
    ['--interleave_prob'],
    ['_probs'],
  ],
  read(source) {
    return combine([...argumentLists(source)].flatMap((words) => [findingOfOptions(words), ...blends(words)]));
  },
};

function* argumentLists({ python }: Source): Generator<readonly ScalarNode[]> {
  for (const { items } of python.lists) if (items.some(isFlag)) yield items.flatMap(wordsOfItem);
  for (const { value } of python.assignments) {
    if (isScalar(value) && value.quoted && /(?:^|\s)--\w/.test(value.text)) yield wordsOfItem(value);
  }
}

const isFlag = (item: DataNode): boolean => isScalar(item) && item.quoted && item.text.startsWith('--');

/** Blank-separated words of a text; what is computed is one word that no option reads as a number. */
function wordsOfItem(item: DataNode): readonly ScalarNode[] {
  if (isScalar(item)) return item.quoted ? splitWords(item).filter(({ text }) => text !== '\\') : [item];
  return [{ kind: 'scalar', text: '$', range: item.range, quoted: false, verbatim: false }];
}

function blends(words: readonly ScalarNode[]): (Finding | undefined)[] {
  return [...listsAfterFlags(words, false)].map(({ label, words: list }) => {
    const read = readAlternation(list);
    return read && alternationFinding(MEGATRON, label, read);
  });
}
