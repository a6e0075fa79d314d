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
  // Left over first, then divided.
  ['x = [1 // 0.1, 1 % 0.1 > 0.09, -7 // 2, -7 % 3, 7 % -3]', [9, 'True', -4, 2, -2]],
  // Half to even, from the exact value.
  ['x = [round(0.125, 2), round(2.675, 2), round(2.5), round(25, -1), round(3.5)]', [0.12, 2.67, 2, 20, 4]],
  ['x = [f"{0.125:.2f}", f"{2.5:.0f}", "%.1f" % 0.25, str(0.00005)]', ['0.12', '2', '0.2', '5e-05']],
  ['w = 0.5\nx = 1 if 0 < w < 1 else 2', 1],
  // Defaults are of the time of the definition.
  ['w = 1\ndef f(a=w):\n    return a\nw = 2\nx = f()', 1],
  ['x = [1, 2, 3, 4][-1:-4:-2] + [1, 2][5:0:-1]', [4, 2, 2]],
  ['d = defaultdict(list)\nd["a"].append(1)\nd["b"].append(2)\nx = d["a"]', [1]],
  ['x = [max([1, 1.5, -1.5], key=abs), min([2, 2.0])]', [1.5, 2]],
  ['x = list({"a": 1, "b": 2, "a": 3}.values())', [3, 2]],
  ['x = dict.fromkeys(["a", "b"], 1 / 4)', { a: 0.25, b: 0.25 }],
  ['class C:\n    W = {"a": 1, "b": 2}\n    x = [2 * w for w in W.values()]', [2, 4]],
  ['a = np.array([1, 3])\nb = a\na /= a.sum()\nx = list(b)', [0.25, 0.75]],
  ['x = [int("10", 2), int("10")]', ['int()', 10]],
  // What is not known stays so.
  ['x = [1, 2] + more', [1, 2, '?']],
  ['x = [1] * count', [1, '?']],
  ['x = [*more, 0.3][1]', '?'],
  ['def f(a, b=1, c=2):\n    return c\nx = f(*rest)', '?'],
  ['def g():\n    if more:\n        yield 1\n    yield 2\nx = list(g())', 'list()'],
  ['x = 1 if f"{split}-web" == "train-web" else 2', '?'],
  ['x = np.sum([[1, 2], [3, 4]])', 'np.sum()'],
  ['x = [1, 2]\nx.fill_(3)', [1, 2, '?']],
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

/** Programs that double and double again, hold themselves, or go over the same long list. */
const ENDLESS: readonly string[] = [
  'x = [1]\nfor i in range(2000):\n    x += x',
  'x = [1]\nfor i in range(2000):\n    x = [*x, *x]',
  'x = [1]\nfor i in range(500):\n    x = [x, x]\ny = f"{x}"\nz = x == [x]',
  'x = (1,)\nfor i in range(500):\n    x = (x, x)\nd = {x: 1}',
  'import copy\nx = [1]\nfor i in range(500):\n    x = [x, x]\ny = copy.deepcopy(x)',
  'x = []\nx.append(x)\nx.append(x)\ny = str(x)\nz = x == [x, x]',
  'x = {}\nx["a"] = x\nx["b"] = x\ny = f"{x}"',
  's = "ab"\nfor i in range(500):\n    s = f"{s}{s}"',
  's = "ab"\nfor i in range(500):\n    s = "%s%s" % (s, s)',
  's = "ab"\nfor i in range(500):\n    s = "{0}{0}".format(s)',
  's = "a" * 90000\nfor i in range(2000):\n    t = s.replace("a", "b").upper()',
  'x = set(range(10000)) & {i for i in range(9000)}',
  'x = list(range(10000))\nfor i in range(2000):\n    n = 99999 in x\n    m = sum(x) + x.count(5)',
  'x = list(range(10000))\nfor i in range(2000):\n    if maybe(i):\n        x.append(i)',
  'def f(n):\n    return f(n - 1) + f(n - 1)\nx = f(30)',
  `x = 0${' + 1'.repeat(20_000)}`,
  `x = ${'['.repeat(5_000)}${']'.repeat(5_000)}`,
  'x '.repeat(20_000),
];

describe('Python programs without an end', () => {
  ENDLESS.forEach((program, i) =>
    it(`are left where they take too many steps: ${i + 1}`, () => {
      const { kind, mixtures } = readMixtures('run.py', `${program}\nDATA_MIX = {"web": 0.5, "code": 0.5}\n`);
      assert.ok(kind === 'unknown' || mixtures[0]!.weights.every(({ raw }) => raw === 0.5));
    }),
  );
});
