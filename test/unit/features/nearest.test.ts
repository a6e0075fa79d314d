import assert from 'node:assert/strict';
import { documentPath, isResultsName } from '../../../src/features/fit/documentUri';
import { parseMessage, safeFileName } from '../../../src/features/fitEditor/messages';
import { nearestFirst, pathDistance } from '../../../src/features/nearest';

describe('nearest files', () => {
  it('counts the folders on the way', () => {
    assert.equal(pathDistance('/w/a/x.yaml', '/w/a/y.json'), 0);
    assert.equal(pathDistance('/w/a/x.yaml', '/w/y.json'), 1);
    assert.equal(pathDistance('/w/a/b/x.yaml', '/w/c/y.json'), 3);
  });

  it('puts the nearest first and breaks ties by name', () => {
    const paths = ['/w/z/far/r.json', '/w/b/r.json', '/w/a/r.json', '/w/a/deep/r.json'];
    assert.deepEqual(
      nearestFirst(paths, (path) => path, '/w/a/x.yaml'),
      ['/w/a/r.json', '/w/a/deep/r.json', '/w/b/r.json', '/w/z/far/r.json'],
    );
  });
});

describe('names of files', () => {
  it('puts the fit document beside the results', () => {
    assert.equal(documentPath('/w/runs.v2/results.csv'), '/w/runs.v2/results.mixlaw.json');
    assert.equal(documentPath('/w/runs.v2/results'), '/w/runs.v2/results.mixlaw.json');
  });

  it('takes fit documents for no results', () => {
    assert.ok(isResultsName('a.CSV') && isResultsName('a.jsonl') && isResultsName('a.json'));
    assert.ok(!isResultsName('a.mixlaw.json') && !isResultsName('a.yaml') && !isResultsName('csv'));
  });

  it('keeps suggested names inside the folder that the user chooses', () => {
    assert.equal(safeFileName('../../etc/passwd'), '-..-etc-passwd');
    assert.equal(safeFileName('report.html'), 'report.html');
    assert.equal(safeFileName(''), 'export');
  });
});

describe('messages of the page', () => {
  it('passes on what has the right shape', () => {
    const bytes = new Uint8Array([1, 2]);
    for (const message of [
      { type: 'ready' },
      { type: 'open-results' },
      { type: 'open-row', row: 3 },
      { type: 'refit' },
      { type: 'refit', law: 'quantization' },
      { type: 'copy', text: 'a' },
      { type: 'export', suggestedName: 'a.csv', bytes },
      { type: 'error', message: 'm', stack: 's' },
      { type: 'apply-mixture', name: 'mine', mixture: [0.25, 0.75] },
      { type: 'export-mixture', name: 'mine', mixture: [1], to: 'clipboard' },
      { type: 'save-what-ifs', whatIfs: [{ name: 'mine', mixture: [0, 1] }] },
      { type: 'save-what-ifs', whatIfs: [] },
      { type: 'set-roles', roles: [{ name: '__proto__', role: 'weight' }], refit: true },
      { type: 'report' },
      {
        type: 'report',
        options: { modelSize: 1, tokens: 2, lower: [0, 0], groups: [{ label: 'a', domains: [0], max: 1 }] },
      },
      { type: 'dismiss-previous' },
    ]) {
      assert.deepEqual(parseMessage(message), message);
    }
  });

  it('drops everything else', () => {
    for (const message of [
      undefined,
      null,
      'ready',
      {},
      { type: 'unknown' },
      { type: 'open-row', row: -1 },
      { type: 'open-row', row: '3' },
      { type: 'copy' },
      { type: 'export', suggestedName: 'a', bytes: 'text' },
      { type: 'error', message: 'm' },
      { type: 'apply-mixture', name: 'mine', mixture: [0.25, 0.25] },
      { type: 'apply-mixture', name: 'mine', mixture: [-1, 2] },
      { type: 'export-mixture', name: 'mine', mixture: [1], to: '/etc/passwd' },
      { type: 'save-what-ifs', whatIfs: [{ name: 3, mixture: [1] }] },
      { type: 'save-what-ifs' },
      { type: 'set-roles', roles: [{ name: 'a', role: 'target' }], refit: true },
      { type: 'set-roles', roles: [], refit: 'yes' },
      { type: 'report', options: { modelSize: 1, tokens: '2' } },
      { type: 'report', options: { modelSize: 1, tokens: 2, lower: ['0'] } },
    ]) {
      assert.equal(parseMessage(message), undefined);
    }
  });
});
