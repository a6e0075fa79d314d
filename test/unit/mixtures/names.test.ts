import assert from 'node:assert/strict';
import { matchDomains, sameDomain } from '../../../src/core/mixtures/names';
import { shortNames } from '../../../src/core/mixtures/paths';

describe('names of domains in configs and fits', () => {
  const fit = ['arxiv', 'common_crawl', 'github', 'Wikipedia (en)', 'DM Mathematics'];

  it('matches by spelling, prefix and alias, never by position', () => {
    const names = ['train_the_pile_github', 'RedPajamaCommonCrawl', 'wiki', 'dm_mathematics', 'ARXIV'];
    const { matched, unmatched, unused } = matchDomains(names, fit);
    assert.deepEqual(Object.fromEntries(matched), {
      train_the_pile_github: 'github',
      RedPajamaCommonCrawl: 'common_crawl',
      wiki: 'Wikipedia (en)',
      dm_mathematics: 'DM Mathematics',
      ARXIV: 'arxiv',
    });
    assert.deepEqual([unmatched, unused], [[], []]);
  });

  it('shows what is left over on either side', () => {
    const { unmatched, unused } = matchDomains(['github', 'recipes'], fit);
    assert.deepEqual(unmatched, ['recipes']);
    assert.deepEqual(unused, ['arxiv', 'common_crawl', 'Wikipedia (en)', 'DM Mathematics']);
  });

  it('puts the user’s aliases first', () => {
    const { matched } = matchDomains(['web-v2', 'github'], fit, [
      ['web_v2', 'common crawl'],
      ['github', 'arxiv'],
    ]);
    assert.deepEqual([matched.get('web-v2'), matched.get('github')], ['common_crawl', 'arxiv']);
  });

  it('leaves a name open that could be two domains, and tells of domains named twice', () => {
    const { ambiguous, matched } = matchDomains(['WIKI'], ['wiki-en', 'wiki_en', 'wikipedia']);
    assert.ok(matched.size === 0 && ambiguous.get('WIKI')!.length > 1);
    const { shared } = matchDomains(['cc', 'CommonCrawl'], fit);
    assert.deepEqual(shared.get('common_crawl'), ['cc', 'CommonCrawl']);
  });

  it('takes the last part of a path as the name', () => {
    assert.equal(matchDomains(['data/v1/github'], fit).matched.get('data/v1/github'), 'github');
    assert.ok(sameDomain('train_the_pile_arxiv', 'ArXiv'));
    assert.ok(!sameDomain('arxiv', 'github'));
  });

  it('is not led astray by names of object members', () => {
    const { matched, unmatched } = matchDomains(['__proto__', 'constructor'], ['constructor', 'toString']);
    assert.equal(matched.get('constructor'), 'constructor');
    assert.deepEqual(unmatched, ['__proto__']);
  });
});

describe('short names of paths', () => {
  it('goes back only as far as needed', () => {
    assert.deepEqual(shortNames(['/d/en/wiki_text_document', '/d/fr/wiki_text_document', '/d/code_text_document']), [
      'en/wiki',
      'fr/wiki',
      'code',
    ]);
  });

  it('strips storage endings, globs and versions', () => {
    const paths = [
      's3://b/web/part-*.npy',
      '${ROOT}/code.jsonl_text_document',
      'papers:1.0.0',
      '/d/math/**/*.parquet',
      's3://b/forum/manifest.jsonl',
    ];
    assert.deepEqual(shortNames(paths), ['part', 'code', 'papers', 'math', 'forum']);
  });

  it('gives equal paths equal names, and different ones different names', () => {
    assert.deepEqual(shortNames(['/a/x', '/a/x', '/a/x.npy']), ['/a/x', '/a/x', '/a/x.npy']);
    assert.deepEqual(shortNames(['', '/', '*']), ['', '/', '*']);
  });
});
