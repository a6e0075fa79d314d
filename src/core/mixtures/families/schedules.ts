import type { Family, Format, FoundMixture } from '../family';
import { isList, listOf, mapsOf, numberOf, textOf, valueOf, type DataNode, type ScalarNode } from '../syntax/node';
import { pairUp } from '../twins';
import type { MixtureProblem } from '../types';
import { namesOf } from '../weights';

const VEOMNI: Format = { id: 'veomni', name: 'VeOmni', namesArePaths: true, repeatedNames: 'added' };

/** VeOmni: `sources`, maybe `names`, and `schedule: [{schedule_type, weights}, …]`, one mixture after another. */
export const schedules: Family = {
  id: 'schedules',
  fileKinds: ['yaml', 'json'],
  candidateKeys: [['sources', 'schedule', 'weights']],
  read({ trees }) {
    for (const { node } of mapsOf(trees)) {
      const stages = listOf(valueOf(node, 'schedule'));
      const sources = namesOf(valueOf(node, 'sources'));
      if (!stages || !sources || sources.length === 0) continue;
      const own = namesOf(valueOf(node, 'names'));
      const names = own?.length === sources.length ? own : sources;
      const problems: MixtureProblem[] = [];
      const mixtures = stages.flatMap((stage, i) => readStage(stage, i, stages.length, names, problems));
      if (mixtures.length > 0 && mixtures.length === stages.length) return { format: VEOMNI, mixtures, problems };
    }
    return undefined;
  },
};

function readStage(
  stage: DataNode,
  index: number,
  count: number,
  names: readonly ScalarNode[],
  problems: MixtureProblem[],
): FoundMixture[] {
  const values = valueOf(stage, 'weights');
  const scalars = namesOf(values);
  if (textOf(valueOf(stage, 'schedule_type')) === undefined || !values || !isList(values) || !scalars) return [];
  const twins = pairUp(names, scalars, values.range);
  if (!twins) return [];
  problems.push(...twins.problems);
  const start = numberOf(valueOf(stage, 'init_token'));
  const label = count === 1 ? 'train' : start === undefined ? `stage ${index + 1}` : `from token ${start}`;
  return [{ label, weights: twins.weights, range: stage.range }];
}
