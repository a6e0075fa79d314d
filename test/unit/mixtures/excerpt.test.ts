import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readMixtures } from '../../../src/core/mixtures/read';
import { shellExcerpt } from '../../../src/core/mixtures/shell/excerpt';
import { fileKindOf } from '../../../src/core/mixtures/source';
import { jsonExcerpt, LONG, tomlExcerpt, yamlExcerpt } from '../../../src/core/mixtures/syntax/excerpt';
import { parseYaml } from '../../../src/core/mixtures/syntax/yaml';
import { fixtures } from './support/fixtures';

/** What is around a mixture in a long file: none of it says anything of interest. */
const YAML_FILL = [
  (i: number) => `plain_${i}: value ${i} # it isn't of use`,
  (i: number) => `nested_${i}:\n  inner: {a: 1, b: [x, "y"]}\n  list:\n  - one\n  - two`,
  (i: number) => `listed_${i}:\n- one\n- {two: 2}\n# about the next`,
  (i: number) => `literal_${i}: |\n  text: of [its] own\n\n  # no comment\n`,
  (i: number) => `quoted_${i}: "a: b # c"\n`,
  (i: number) => `flow_${i}: {\n  a: 1,\n}`,
  (i: number) => `empty_${i}:`,
] as const;
const JSON_FILL = [
  (i: number) => `  "plain_${i}": "text, with \\"signs\\" }", // a comment, too`,
  (i: number) => `  "nested_${i}": {"inner": [1, {"b": null}]},`,
  (i: number) => `  "flag_${i}": true,`,
] as const;
const TOML_FILL = [
  (i: number) => `[plain_${i}]\ninner = "a, [b]" # it isn't of use`,
  (i: number) => `[nested_${i}.inner]\nlist = [\n  [1, 2],\n  [3],\n]\n`,
  (i: number) => `[[rows_${i}]]\nb = 1\n[[rows_${i}]]\nb = 2`,
] as const;
const SHELL_FILL = [
  (i: number) => `PLAIN_${i}="value ${i}" # it isn't of use`,
  (i: number) => `export EXPORTED_${i}=/usr/lib/${i}`,
  (i: number) => `echo "step ${i}: $HOME" at once`,
  (i: number) => `mkdir -p "$HOME/${i}" '/tmp/a b'`,
  (i: number) => `SINGLE_${i}='a "b" $c'`,
  (i: number) => `if [ -f "$HOME/${i}" ]; then
  cp a b
fi`,
] as const;

const lines = (fill: readonly ((i: number) => string)[], choice: readonly number[], from: number): string =>
  choice.map((c, i) => `${fill[c % fill.length]!(from + i)}\n`).join('');

/** Puts text in at the beginning of the file's content and at its end. */
function padded(kind: string, text: string, choice: readonly number[]): { text: string; at: number; by: number } {
  if (kind === 'json') {
    const at = text.indexOf('{') + 1;
    const before = `\n${lines(JSON_FILL, choice, 0)}`;
    return { text: text.slice(0, at) + before + text.slice(at), at, by: before.length };
  }
  if (kind === 'toml') return { text: `${text}\n${lines(TOML_FILL, choice, 0)}`, at: 0, by: 0 };
  if (kind === 'shell') {
    const at = /^#![^\n]*\n/.exec(text)?.[0].length ?? 0;
    const before = lines(SHELL_FILL, choice, 0);
    const after = lines(SHELL_FILL, choice, 10_000);
    return { text: `${text.slice(0, at)}${before}${text.slice(at)}\n${after}`, at, by: before.length };
  }
  const at = /^---[^\n]*\n/.exec(text)?.[0].length ?? 0;
  const before = lines(YAML_FILL, choice, 0);
  return {
    text: `${text.slice(0, at)}${before}${text.slice(at)}\n${lines(YAML_FILL, choice, 10_000)}`,
    at,
    by: before.length,
  };
}

/** Every number of a place moved along. */
function moved(value: unknown, at: number, by: number): unknown {
  if (Array.isArray(value)) return value.map((each) => moved(each, at, by));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      (key === 'start' || key === 'end') && typeof inner === 'number' && inner >= at
        ? inner + by
        : moved(inner, at, by),
    ]),
  );
}

const cut = { words: ['train_weights', 'tokenizer'], keys: new Set(['seq_len']) };

describe('excerpts of long configs', () => {
  const suited = fixtures().filter(({ format, fileName, text }) => {
    // These ask something of every entry, so that what is put in makes another file of them.
    if (['maxtext', 'megatron-per-split'].includes(format)) return false;
    const kind = fileKindOf(fileName, text);
    if (kind === 'json') return /^\s*\{/.test(text) && !/^[ \t]*#/m.test(text);
    // What is written in one bracket, or as a list, can be preceded by nothing.
    if (kind === 'yaml') return /^[A-Za-z_<]/m.test(text) && !/^(?:[-[{%\ufeff]|\t)(?!--)/m.test(text.slice(0, 300));
    return kind === 'toml' || kind === 'shell';
  });

  it('are taken of most kinds of mixtures', () => assert.ok(suited.length > 60, `${suited.length}`));

  for (const { format, fileName, text } of suited) {
    it(`read as the whole: ${format}/${fileName}`, () => {
      const kind = fileKindOf(fileName, text)!;
      const whole = readMixtures(fileName, text);
      fc.assert(
        fc.property(fc.array(fc.nat(20), { minLength: 320, maxLength: 330 }), (choice) => {
          const long = padded(kind, text, choice);
          assert.ok(long.text.length > LONG);
          const expected =
            whole.mixtures.length === 0 && whole.problems.length === 0 ? whole : moved(whole, long.at, long.by);
          assert.deepEqual(readMixtures(fileName, long.text), expected);
        }),
        { numRuns: 3, seed: 1, endOnFailure: true },
      );
    });
  }

  it('do not make a mixture of what is none for all its other entries', () => {
    const others = lines(
      JSON_FILL,
      Array.from({ length: 400 }, () => 0),
      0,
    );
    const split = `{\n${others}  "train": [1, "/a_text_document"],\n  "valid": [1, "/b_text_document"]\n}`;
    const named = `{\n${others}  "web": {"path": "/a", "weight": 1},\n  "code": {"path": "/b", "weight": 1}\n}`;
    for (const text of [split, named]) {
      assert.equal(readMixtures('long.json', text.replace(others, '')).kind, 'mixture');
      assert.equal(readMixtures('long.json', text).kind, 'unknown');
    }
  });

  const interesting = 'train_weights:\n  a: 0.5\n  b: 0.5\nmodel:\n  seq_len: 10\n';
  const fillOf = (fill: readonly ((i: number) => string)[]): string =>
    lines(
      fill,
      Array.from({ length: 300 }, (_, i) => i),
      0,
    );

  it('leave out what is of no interest, and move nothing', () => {
    const text = `first: 1\n${fillOf(YAML_FILL)}${interesting}${fillOf(YAML_FILL)}last: 1\n`;
    const excerpt = yamlExcerpt(text, cut);
    assert.equal(excerpt.length, text.length);
    assert.equal(excerpt.indexOf('train_weights'), text.indexOf('train_weights'));
    assert.ok(excerpt.replace(/\s+/g, ' ').length < 150, excerpt.replace(/\s+/g, ' '));

    const json = `{\n${fillOf(JSON_FILL)}  "train_weights": {"a": 1},\n${fillOf(JSON_FILL)}  "last": 1\n}`;
    const jsonCut = jsonExcerpt(json, cut);
    assert.equal(jsonCut.length, json.length);
    assert.ok(jsonCut.replace(/\s+/g, ' ').length < 150, jsonCut.replace(/\s+/g, ' '));
    assert.deepEqual(Object.keys(JSON.parse(jsonCut.replaceAll(/\/\/.*/g, '')) as object).slice(-2), [
      'train_weights',
      'last',
    ]);

    const toml = `${fillOf(TOML_FILL)}[data.train_weights]\na = 1\n[model]\nseq_len = 10\n${fillOf(TOML_FILL)}[data]\nb = 1\n`;
    const tomlCut = tomlExcerpt(toml, cut);
    assert.equal(tomlCut.length, toml.length);
    assert.ok(tomlCut.replace(/\s+/g, ' ').length < 200, tomlCut.replace(/\s+/g, ' '));
    // Tables of one name stay together.
    assert.ok(tomlCut.includes('b = 1'));

    const kept = 'SHARE=0.5\nDATA_PATH="$SHARE /a 0.5 /b"\nSEQ_LEN=10\nSTEP=1\n: $((STEP + 1))\n';
    const shell = `${fillOf(SHELL_FILL)}${kept}${fillOf(SHELL_FILL)}`;
    const shellCut = shellExcerpt(shell, ['DATA'], cut.keys);
    assert.equal(shellCut.length, shell.length);
    assert.ok(shellCut.includes(kept));
    assert.doesNotMatch(shellCut, /PLAIN|EXPORTED|SINGLE|echo|mkdir|cp a b/);
  });

  it('leave a line of a script alone that belongs to the one before, or that another needs', () => {
    const fill = fillOf(SHELL_FILL);
    for (const kept of [
      'python x.py \\\nDATA="a"\n',
      'A=b\nfor i in $A; do :; done\n',
      'A="0.5 a 0.5 b"\n',
      'A=[a,b]\n',
    ])
      assert.ok(shellExcerpt(fill + kept + fill, ['none'], new Set()).includes(kept), kept);
  });

  it('keep what others refer to, and repeated keys', () => {
    const text = `base: &base\n  a: 1\n${fillOf(YAML_FILL)}again: 1\n${interesting}again: 2\ntrain_weights: {}\nlast: 1\n`;
    const excerpt = yamlExcerpt(text, cut);
    assert.ok(excerpt.includes('&base'));
    assert.equal(excerpt.split('train_weights').length, 3);
    assert.ok(!excerpt.includes('again'));
  });

  it('are the whole text where it cannot be cut safely', () => {
    const fill = fillOf(YAML_FILL);
    for (const odd of [
      `a: 1\n${fill}---\nb: 2\n`,
      `a: "open\n${fill}still: open"\n${fill}`,
      `a: [\n1,\n${fill}]\n`,
      `- a\n${fill}`,
      // Nothing but the text of a key, but who knows.
      `a: |\n  see [1\n${fill}`,
      `\ufeffa: 1\n${fill}`,
      `%YAML 1.1\n---\n${fill}`,
    ])
      assert.equal(yamlExcerpt(odd, cut), odd);
    for (const odd of ['[1, 2]', '{"a": 1', "{'a': 1, 'b': 2}", '{"a": 1}{"b": 2}', '{"a": "x\n", "b": 1}'])
      assert.equal(jsonExcerpt(odd, cut), odd);
    for (const odd of [`[a]\nb = """\n[c]\n"""\n[d]\ne = 1\n`, `[a]\nb = [\n[1]\n${fillOf(TOML_FILL)}]\n`])
      assert.equal(tomlExcerpt(odd, cut), odd);
  });

  it('end block texts where the whole does', () => {
    const kept = 'train_weights: |+\n  text\n\n';
    const [root] = parseYaml(yamlExcerpt(`a: 1\n${kept}${fillOf(YAML_FILL)}last: 1\n`, cut));
    const [whole] = parseYaml(`a: 1\n${kept}`);
    const textOf = (node: typeof root): unknown => node?.kind === 'map' && node.entries[1]?.value;
    assert.ok(textOf(root));
    assert.equal((textOf(root) as { text: string }).text.trim(), (textOf(whole) as { text: string }).text.trim());
  });
});
