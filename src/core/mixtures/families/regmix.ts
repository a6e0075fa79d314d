import type { Family, Format } from '../family';
import { entryOf, isMap, textOf, valueOf } from '../syntax/node';
import { weightsOfMap } from '../weights';

const REGMIX: Format = { id: 'regmix', name: 'RegMix' };

/** RegMix: top-level maps `train` and `valid` of `train_the_pile_arxiv: 0.1`, with `model_name`. */
export const regmix: Family = {
  id: 'regmix',
  fileKinds: ['yaml', 'json'],
  candidateKeys: [['train_', 'valid']],
  read({ trees }) {
    for (const root of trees) {
      const train = entryOf(root, 'train');
      if (!train || !isMap(train.value)) continue;
      const valid = valueOf(root, 'valid');
      const company = textOf(valueOf(root, 'model_name')) !== undefined || allNamed(valid, /^valid(?:ation)?_/);
      if (!company || !isMap(valid) || !allNamed(train.value, /^train_/)) continue;
      const { weights, problems, strange } = weightsOfMap(train.value);
      if (weights.length === 0 || strange >= weights.length) continue;
      return { format: REGMIX, mixtures: [{ label: 'train', weights, range: train.value.range }], problems };
    }
    return undefined;
  },
};

function allNamed(node: ReturnType<typeof valueOf>, name: RegExp): boolean {
  return isMap(node) && node.entries.length > 0 && node.entries.every(({ key }) => name.test(key));
}
