import assert from 'node:assert/strict';
import { parseSimpleYaml } from '../../../src/core/mixtures/syntax/simple-yaml';
import { parseCompleteYaml } from '../../../src/core/mixtures/syntax/yaml';
import type { DataNode } from '../../../src/core/mixtures/syntax/node';
import { fixtures } from './support/fixtures';
import { mutants } from './support/fuzz';

/** As JSON; of nothing and of collections only the beginning counts. */
const comparable = (roots: readonly DataNode[]): string =>
  JSON.stringify(roots, (_, node: unknown) => {
    if (typeof node !== 'object' || node === null || !('kind' in node)) return node;
    const { kind, text, range } = node as { kind: string; text?: string; range: { start: number } };
    if (kind === 'scalar') return text === '' ? null : node;
    return { ...node, range: range.start };
  });

describe('the quick YAML parser', () => {
  const yaml = fixtures().filter(({ fileName }) => /\.ya?ml$/.test(fileName));

  it('reads nine of ten configs, and as the complete one does', () => {
    let read = 0;
    for (const { text, fileName } of yaml) {
      const simple = parseSimpleYaml(text);
      if (!simple) continue;
      read++;
      assert.equal(comparable(simple), comparable(parseCompleteYaml(text)), fileName);
    }
    assert.ok(read >= 0.85 * yaml.length, `${read} of ${yaml.length}`);
  });

  it('agrees with the complete one on changed configs, or leaves them to it', function () {
    this.timeout(120_000);
    let count = 0;
    let read = 0;
    for (const { fileName, text } of mutants(11)) {
      if (!/\.(?:ya?ml|json)$/.test(fileName)) continue;
      if (++count > 4000) break;
      const simple = parseSimpleYaml(text);
      if (!simple) continue;
      read++;
      assert.equal(comparable(simple), comparable(parseCompleteYaml(text)), text);
    }
    assert.ok(read > 500, `${read} read`);
  });

  for (const [what, text] of [
    ['anchors', 'a: &x 1\nb: *x\n'],
    ['merges', 'a: {x: 1}\n<<: {y: 2}\n'],
    ['tags', 'a: !include b.yaml\n'],
    ['block scalars', 'a: |\n  text\n'],
    ['tabs', 'a:\t1\n'],
    ['several documents', 'a: 1\n---\nb: 2\n'],
    ['escapes', 'a: "\\u0041"\n'],
    ['quotes within quotes', "a: 'it''s'\n"],
    ['maps that do not line up', 'a:\n   b: 1\n  c: 2\n'],
    ['brackets that are not closed', 'a: [1, 2\nb: 3\n'],
    ['nesting beyond measure', '['.repeat(200) + ']'.repeat(200)],
  ] as const) {
    it(`leaves ${what} to the complete one`, () => assert.equal(parseSimpleYaml(text), undefined));
  }
});
