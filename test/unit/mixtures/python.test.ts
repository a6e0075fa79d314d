import assert from 'node:assert/strict';
import { readMixtures } from '../../../src/core/mixtures/read';
import type { DataNode } from '../../../src/core/mixtures/syntax/node';
import { parsePython } from '../../../src/core/mixtures/syntax/python';

/** What a name holds at the end, as JSON; `?` for what is not known. */
function valueOf(program: string, name = 'x'): unknown {
  const found = parsePython(program).assignments.findLast((assignment) => assignment.name === name);
  assert.ok(found, program);
  return plain(found.value);
}

function plain(node: DataNode): unknown {
  if (node.kind === 'list') return node.items.map(plain);
  if (node.kind === 'map')
    return node.tag === undefined
      ? Object.fromEntries(node.entries.map(({ key, value }) => [key, plain(value)]))
      : `${node.tag}()`;
  if (node.quoted) return node.text;
  if (node.value !== undefined) return Number(node.value.toFixed(9));
  if (['True', 'False', 'None'].includes(node.text)) return node.text;
  return node.verbatim ? Number(node.text) : '?';
}

const KNOWN: readonly (readonly [string, unknown])[] = [
  ['x = 2 ** 3 // 3 + 7 % 4 - -1', 6],
  ['x = [1] * 2 + [3, 4][1:]', [1, 1, 4]],
  ['x = [1, 2, 3, 4][::-2]', [4, 2]],
  ['x = {**{"a": 1}, "b": 2} | {"a": 3}', { a: 3, b: 2 }],
  ['x = dict(a=1, **{"b": 2})', { a: 1, b: 2 }],
  ['x = dict(zip(["a", "b"], (1, 2)))', { a: 1, b: 2 }],
  ['x = {k: v / sum(d.values()) for k, v in d.items() if v}\n', '?'],
  ['d = {"a": 1, "b": 3, "c": 0}\nx = {k: v / sum(d.values()) for k, v in d.items() if v}', { a: 0.25, b: 0.75 }],
  [
    'x = sorted({"b": 2, "a": 1}.items(), key=lambda p: p[1])',
    [
      ['a', 1],
      ['b', 2],
    ],
  ],
  ['x = [a + b for a in "xy".split("x") for b in ["1", "2"]]', ['1', '2', 'y1', 'y2']],
  ['x = f"{0.5:.2f}-{"a"!s:>3}-{3:03d}" "z"', '0.50-  a-003z'],
  ['x = "%s/%.1f%%" % ("a", 2)', 'a/2.0%'],
  ['x = "{}-{n}".format("a", n=1.0)', 'a-1.0'],
  ['import os\nx = os.path.join("/a", "b", "c.txt")', '/a/b/c.txt'],
  ['from pathlib import Path\nx = (Path("/a") / "b.txt").stem', 'b'],
  ['import numpy as np\nw = np.array([1, 3])\nx = (w / w.sum()).tolist()', [0.25, 0.75]],
  ['x = []\nfor i in range(3):\n    if i == 1:\n        continue\n    x.append(i)', [0, 2]],
  ['x = {}\nfor i, n in enumerate(["a", "b"], 1):\n    x[n] = i\nx.update(c=9)\ndel x["a"]', { b: 2, c: 9 }],
  ['a = b = [1]\nb.append(2)\nx = a', [1, 2]],
  ['def f(a, b=2, *c, **d):\n    return [a, b, *c, d]\nx = f(1, 5, 6, k=7)', [1, 5, 6, { k: 7 }]],
  ['def f():\n    for i in (1, 2):\n        yield i * 10\nx = list(f())', [10, 20]],
  ['def f(n):\n    return 1 if n < 2 else n * f(n - 1)\nx = f(4)', 24],
  ['class A:\n    w = [1]\n    def g(self):\n        return self.w + [2]\nx = A().g()', [1, 2]],
  [
    '@dataclass\nclass A:\n    n: str\n    w: float = 0.5\n    e: list = field(default_factory=lambda: [7])\nx = [A("a", 2).w, A(n="b").w, A("c").e]',
    [2, 0.5, [7]],
  ],
  ['class A(B):\n    def __init__(self, w=None):\n        self.w = w or {"a": 1}\nx = A().w', { a: 1 }],
  ['n = 0\nwhile n < 5:\n    n += 2\nx = n', 6],
  ['a, (b, *c) = 1, (2, 3, 4)\nx = [a, b, c]', [1, 2, [3, 4]]],
  ['p = argparse.ArgumentParser()\np.add_argument("--my-w", type=float, default="0.5")\nx = p.parse_args().my_w', 0.5],
  ['if __name__ == "__main__":\n    x = 1', 1],
  ['try:\n    x = 1\nexcept ValueError:\n    x = 2\nx = [x]', [1]],
  ['w = None\nif w is None:\n    w = 3\nx = w', 3],
  ['x = round(0.123456, 2)', 0.12],
  ['x = [float(p) for p in "0.25, 0.75".split(",")]', [0.25, 0.75]],
];

describe('Python programs', () => {
  for (const [program, expected] of KNOWN)
    it(`give what they compute: ${JSON.stringify(program).slice(0, 90)}`, () =>
      assert.deepEqual(valueOf(program), expected));

  it('poison only what depends on what is not known', () => {
    assert.deepEqual(valueOf('x = [1, unknown(), 2 * load(), 3]'), [1, 'unknown()', '?', 3]);
    assert.deepEqual(valueOf('d = {"a": 1}\nif sys.argv:\n    d["b"] = 2\nx = d["a"]'), 1);
    assert.equal(valueOf('w = 1\nif sys.argv:\n    w = 2\nx = w + 1'), '?');
    assert.equal(valueOf('l = [1]\nfor i in load():\n    l.append(i)\nx = sum(l) / 2'), '?');
    assert.equal(valueOf('l = [1, 2]\nrandom.shuffle(l)\nx = l[0] / sum(l)'), '?');
    assert.deepEqual(valueOf('l = [1]\nif sys.argv:\n    raise ValueError\nl.append(2)\nx = l'), [1, 2]);
  });

  it('end, whatever they say', () => {
    assert.equal(valueOf('def f(n):\n    return f(n) + f(n)\nx = f(1)'), '?');
    assert.equal(valueOf('while True:\n    y = 1\nx = 9 ** 9 ** 9'), '?');
    assert.ok(parsePython(`x = ${'('.repeat(3000)}1${')'.repeat(3000)}`));
    // Too long a program is looked at without following it: literals stay.
    const long = 'for i in range(1000):\n    for j in range(1000):\n        y = i * j\nx = {"a": 1}\n';
    assert.deepEqual(valueOf(long), { a: 1 });
  });

  it('keep the number tokens that weights come from', () => {
    const read = (program: string): unknown =>
      readMixtures('x.py', program).mixtures.map(({ weights }) =>
        weights.map(({ raw, editable, range }) => [raw, editable, program.slice(range.start, range.end)]),
      );
    const scaled = 'W = {"a": 30, "b": 10}\nmix = interleave_datasets(d, probabilities=[w / 40 for w in W.values()])\n';
    assert.deepEqual(read(scaled), [
      [
        [30, true, '30'],
        [10, true, '10'],
      ],
    ]);
    const rest = 'W = 0.3\nmix = interleave_datasets(d, probabilities=[W, 1 - 0.3])\n';
    assert.deepEqual(read(rest), [
      [
        [0.3, true, '0.3'],
        [0.7, false, '1 - 0.3'],
      ],
    ]);
    const shared = 'W = 0.5\nmix = interleave_datasets(d, probabilities=[W, W])\nprint(W)\n';
    assert.deepEqual(read(shared), [
      [
        [0.5, false, '0.5'],
        [0.5, false, '0.5'],
      ],
    ]);
  });
});
