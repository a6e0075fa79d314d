import assert from 'node:assert/strict';
import fc from 'fast-check';
import { canonicalName, matchNames, plainName, withoutDataSet } from '../../../src/core/domains';

describe('domain names', () => {
  it('drop case, punctuation and the data set in front', () => {
    const cases: Record<string, string> = {
      the_pile_pile_cc: 'pilecc',
      RedPajamaCommonCrawl: 'commoncrawl',
      'DM Mathematics': 'dmmathematics',
      'SlimPajama-C4': 'c4',
      'Wikipedia (en)': 'wikipediaen',
      the_pile_: 'thepile',
      'Gutenberg (PG-19)': 'gutenbergpg19',
    };
    for (const [name, plain] of Object.entries(cases)) assert.equal(plainName(name), plain, name);
    assert.equal(withoutDataSet('pile_cc'), 'pile_cc');
    assert.ok(plainName('---').length > 0);
  });

  it('of one corpus share a canonical name, and those of different ones do not', () => {
    const same = [
      ['cc', 'pile_cc', 'CommonCrawl', 'common_crawl', 'RedPajamaCommonCrawl'],
      ['wiki', 'wikipedia_en', 'Wikipedia'],
      ['book', 'Books', 'gutenberg_pg_19', 'PG-19'],
      ['stack', 'StackExchange'],
    ];
    const canonical = same.map((names) => new Set(names.map(canonicalName)));
    assert.ok(canonical.every((names) => names.size === 1));
    assert.equal(new Set(canonical.flatMap((names) => [...names])).size, same.length);
    assert.notEqual(canonicalName('the-stack'), canonicalName('stackexchange'));
    assert.notEqual(canonicalName('Books3'), canonicalName('books'));
  });

  it('match exactly before they match loosely, each domain once, and never by guess', () => {
    assert.deepEqual(matchNames(['cc', 'C4', 'other'], ['c4', 'pile_cc']), [1, 0, -1]);
    assert.deepEqual(matchNames(['books', 'gutenberg_pg_19'], ['gutenberg_pg_19', 'books']), [1, 0]);
    assert.deepEqual(matchNames(['Book', 'PG-19'], ['books', 'gutenberg_pg_19']), [0, 1]);
    assert.deepEqual(matchNames(['Book', 'PG-19'], ['books']), [0, -1]);
    assert.deepEqual(matchNames(['PG-19'], ['books']), [0]);
    assert.deepEqual(matchNames(['wiki', 'wikipedia_en'], ['wikipedia']), [-1, -1]);
    assert.deepEqual(matchNames(['wikipedia', 'wiki'], ['wikipedia']), [0, -1]);
    assert.deepEqual(matchNames(['__proto__', 'constructor'], ['constructor', '__proto__']), [1, 0]);
  });

  it('match themselves in any order', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ minLength: 1, maxLength: 6 }), { maxLength: 6 }), (names) => {
        const reversed = [...names].reverse();
        assert.deepEqual(
          matchNames(names, reversed),
          names.map((name) => reversed.indexOf(name)),
        );
      }),
    );
  });
});
