import assert from 'node:assert/strict';
import { editDistance, nearest } from '../../../src/cli/suggest';
import { printable, table } from '../../../src/cli/table';
import { mixlaw, smallResults } from './support';

describe('command line usage', () => {
  it('lists the commands when called with none, as a usage error', async () => {
    const { code, out, err } = await mixlaw([]);
    assert.equal(code, 2);
    assert.equal(out, '');
    for (const name of ['fit', 'predict', 'recommend', 'inspect']) assert.match(err, new RegExp(`^  ${name} `, 'm'));
  });

  it('prints help on standard output, for the whole and for each command', async () => {
    assert.match((await mixlaw(['--help'])).out, /Usage: mixlaw COMMAND/);
    for (const name of ['fit', 'predict', 'recommend', 'inspect']) {
      const { code, out } = await mixlaw([name, '--help']);
      assert.equal(code, 0);
      assert.match(out, new RegExp(`Usage: mixlaw ${name} `));
      assert.match(out, /--json/);
    }
  });

  for (const [line, words] of [
    [['fits'], /no command “fits”\. Did you mean fit\?/],
    [['fit', 'r.csv', '--strats', '3'], /no option --strats\. Did you mean --starts\?/],
    [['fit', 'r.csv', '--law', 'quantisation'], /Did you mean quantization\?/],
    [['fit', 'r.csv', '--starts', '0'], /--starts takes a whole number of at least 1, not “0”/],
    [['fit', 'r.csv', '--starts', '2.5'], /--starts takes a whole number/],
    [['fit', 'r.csv', '--prior', ''], /--prior takes a number/],
    [['compare', 'r.csv', '--prior', 'auto'], /--prior auto is for fit/],
    [['compare', 'r.csv', '--into', 'f.mixlaw.json', '--folds', '3'], /as the document was fitted: leave out --folds/],
    [['compare', 'r.csv', '--choosing'], /--choosing needs --into/],
    [['fit', 'r.csv', '--starts'], /--starts needs a value/],
    [['fit', 'r.csv', '--seed', '1', '--seed', '2'], /--seed is given 2 times/],
    [['fit', 'r.csv', '--json=yes'], /--json takes no value/],
    [['fit', 'r.csv', '--set', 'modelsize=200'], /--set takes model-size=… and tokens=….*Did you mean model-size\?/],
    [['fit', 'r.csv', '--set', 'tokens=many'], /tokens takes a quantity such as 30B/],
    [['fit', 'r.csv', '--weights', 'a', '--losses', 'a'], /“a” is given two roles/],
    [['fit'], /0 files were given/],
    [['fit', 'a', '--checkpoints', 'some'], /takes last, all, not “some”/],
    [['predict', 'f.mixlaw.json'], /--mixture is needed/],
    [['recommend'], /One fit document/],
    [['inspect'], /A file is needed/],
  ] as const) {
    it(`refuses: mixlaw ${line.join(' ')}`, async () => {
      const { code, out, err } = await mixlaw(line, { 'r.csv': smallResults() });
      assert.equal(code, 2, err);
      assert.match(err, words);
      assert.match(err, /--help/);
      assert.equal(out, '');
    });
  }

  it('answers errors with --json as one object, and the message stays on standard error', async () => {
    const { code, out, err } = await mixlaw(['fit', 'lost.csv', '--json']);
    assert.equal(code, 1);
    assert.equal(JSON.parse(out).error.code, 'file-missing');
    assert.match(err, /lost\.csv does not exist/);
  });
});

describe('suggestions', () => {
  it('measures edits', () => {
    assert.equal(editDistance('kitten', 'sitting'), 3);
    assert.equal(editDistance('', 'abc'), 3);
    assert.equal(editDistance('same', 'same'), 0);
  });

  it('suggests near words and beginnings, and nothing for strangers', () => {
    assert.equal(nearest('tokns', ['tokens', 'model-size']), 'tokens');
    assert.equal(nearest('quant', ['linear-regression', 'quantization']), 'quantization');
    assert.equal(nearest('zebra', ['tokens', 'model-size']), undefined);
  });
});

describe('tables for terminals', () => {
  it('sets numbers to the right and text to the left', () => {
    assert.equal(
      table([
        ['name', 'loss'],
        ['a', '1.250'],
        ['long name', '10.500'],
      ]),
      '  name         loss\n  a           1.250\n  long name  10.500',
    );
  });

  it('shows hostile text without its escape sequences', () => {
    assert.equal(printable('a\u001b[31mb\nc\u202e'), 'a�[31mb�c�');
  });
});
