import assert from 'node:assert/strict';
import { readMixtures } from '../../../src/core/mixtures/read';
import { excerptOf } from '../../../src/core/mixtures/syntax/python-statements';
import { fixtures } from './support/fixtures';
import { mutants } from './support/fuzz';

const NO_KEYS: ReadonlySet<string> = new Set();
const excerpt = (text: string, words: string[], keys = NO_KEYS): string => excerptOf(text, words, keys).text;

/** Ordinary code that has nothing to do with the mixture. */
const AROUND = Array.from({ length: 200 }, (_, i) => `def function_${i}(a, b):\n    return a * b + ${i}\n`).join('\n');

describe('statements of a Python file', () => {
  it('are those with the words, whole', () => {
    const text = 'import os\nmix = {\n    "a": 1,\n}\nother = 2\n';
    assert.equal(excerpt(text, ['mix']), 'mix = {\n    "a": 1,\n}\n');
  });

  it('are those that set the keys, and no others', () => {
    const text = 'num_layers = 12\nprint(num_layers)\nx = 1\nf(num_layers=3)\n';
    assert.equal(excerpt(text, [], new Set(['num_layers'])), 'num_layers = 12\nf(num_layers=3)\n');
  });

  it('come with all that assigns or changes the names they use', () => {
    const text =
      'a, b = 1, 2\nunused = 3\nlist_ = [a]\nlist_.append(b)\nd[k] = 4\nd += 5\nmix(list_, d)\ndef f():\n    global a\n    a = 6\ndef g():\n    a = 7\n';
    assert.equal(excerpt(text, ['mix']), text.replace('unused = 3\n', '').replace('def g():\n    a = 7\n', ''));
  });

  it('are not broken by strings, brackets, comments and branches', () => {
    const text =
      's = """\nnot = a statement\n"""\nif x:  # mix " (\n    y = 1\nelse:\n    y = 2\nz = (\n3)\nw = "\\"("\nlast = 1\n';
    assert.equal(excerpt(text, ['mix']), 'if x:  # mix " (\n    y = 1\nelse:\n    y = 2\n');
    assert.equal(excerpt(text, ['not']), 's = """\nnot = a statement\n"""\n');
    assert.equal(excerpt(text, ['3)']), 'z = (\n3)\n');
    assert.equal(excerpt(text, ['last']), 'last = 1\n');
  });

  it('know their places in the file', () => {
    const text = 'a = 1\nmix = 2\nb = 3\nmix = 4\n';
    const found = excerptOf(text, ['mix'], NO_KEYS);
    assert.equal(found.text, 'mix = 2\nmix = 4\n');
    for (const [i, sign] of [...found.text].entries()) assert.equal(text[found.offsetInFile(i)], sign);
  });

  for (const { format, fileName, text } of fixtures().filter((fixture) => fixture.fileName.endsWith('.py'))) {
    it(`give the same mixtures in the midst of other code: ${format}/${fileName}`, () => {
      const alone = readMixtures(fileName, text);
      // Docstrings and imports that must come first stay first.
      const around = readMixtures(fileName, `${text}\n${AROUND}`);
      assert.deepEqual(around, alone);
      const shift = AROUND.length + 1;
      const behind = readMixtures(fileName, `${AROUND}\n${text}`);
      const places = (reading: typeof alone, by: number): unknown =>
        reading.mixtures.map(({ weights, range }) => [
          range.start + by,
          weights.map((weight) => [weight.domain, weight.raw, weight.range.start + by, weight.range.end + by]),
        ]);
      assert.deepEqual(places(behind, 0), places(alone, shift));
    });
  }

  it('are no more than the file, whatever it is', () => {
    let count = 0;
    for (const { fileName, text } of mutants(5)) {
      if (!fileName.endsWith('.py')) continue;
      if (++count > 500) break;
      const found = excerptOf(text, ['weight', 'data'], NO_KEYS);
      assert.ok(found.text.length <= text.length);
      for (let i = 0; i < found.text.length; i += 7) assert.equal(text[found.offsetInFile(i)], found.text[i]);
    }
  });
});
