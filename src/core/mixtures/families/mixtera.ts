import type { Family, Finding, Format, FoundWeight } from '../family';
import { isList, isMap, listOf, textOf, valueOf, type DataNode, type MapNode } from '../syntax/node';
import type { MixtureProblem, NumberToken } from '../types';
import { gather } from '../weights';
import { combine, literalFinding, pairsOfMap } from './python-dicts';

const MIXTERA: Format = { id: 'mixtera', name: 'Mixtera', sumMustBeOne: true };

/** Mixtera: `StaticMixture(chunk_size, {MixtureKey({"language": ["en"]}): 0.7, …})`. */
export const mixtera: Family = {
  id: 'mixtera',
  fileKinds: ['python'],
  candidateKeys: [['StaticMixture']],
  read({ python, text }) {
    const calls = (name: RegExp): MapNode[] => python.calls.filter(({ tag }) => name.test(tag ?? ''));
    return combine([
      ...calls(/(?:^|\.)HierarchicalStaticMixture$/).map((call) => nested(valueOf(call, 'mixture', '1'))),
      ...calls(/(?:^|\.)StaticMixture$/).map((call) => {
        const map = valueOf(call, 'mixture', '1');
        if (!isMap(map) || map.tag !== undefined) return undefined;
        const pairs = pairsOfMap(map).map((pair) => ({
          ...pair,
          name: keyName(text.slice(pair.nameRange.start, pair.nameRange.end)),
        }));
        return literalFinding(MIXTERA, 'train', pairs, map.range);
      }),
    ]);
  },
};

/** `MixtureKey({"language": ["JavaScript"]})` → `language:JavaScript`. */
function keyName(source: string): string {
  const words = [...source.matchAll(/["']([^"']*)["']/g)].map((match) => match[1] ?? '');
  return words.join(':') || source;
}

/** `MixtureNode("language", [Component(["JavaScript"], 0.6, submixture=MixtureNode(…)), …])`: shares are products along the path. */
function nested(root: DataNode | undefined): Finding | undefined {
  if (!isMap(root)) return undefined;
  const problems: MixtureProblem[] = [];
  const weights = componentsOf(root, '', [], problems);
  return weights.length > 0 && problems.length === 0
    ? { format: MIXTERA, mixtures: [{ label: 'train', weights, range: root.range }], problems }
    : undefined;
}

function componentsOf(
  node: MapNode,
  path: string,
  factors: readonly NumberToken[],
  problems: MixtureProblem[],
): FoundWeight[] {
  const property = textOf(valueOf(node, 'property_name', '0')) ?? '?';
  const components = listOf(valueOf(node, 'components', '1')) ?? [];
  if (factors.length > 10) return [];
  return components.flatMap((component) => {
    const value = valueOf(component, 'weight', '1');
    const values = valueOf(component, 'values', 'value', '0');
    if (!value) return [];
    const named = (isList(values) ? values.items : [values]).map((each) => textOf(each) ?? '?').join(',');
    const name = `${path}${property}:${named}`;
    const found = gather([{ name, nameRange: values?.range ?? component.range, value }]);
    problems.push(...found.problems);
    const inner = valueOf(component, 'submixture', '2');
    return found.weights.flatMap((weight) =>
      isMap(inner)
        ? componentsOf(inner, `${name}/`, [...factors, weight.token], problems)
        : [factors.length > 0 ? { ...weight, factors } : weight],
    );
  });
}
