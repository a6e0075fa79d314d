import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { recogniseMixtures, recogniseResults, type Recognised } from '../../../src/core/pipeline/recognise';
import { contextValue, emptyReason, nodesOf, type FileNode } from '../../../src/features/explorer/nodes';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('recognising files by their beginning', () => {
  const header = 'run,weight_web,weight_code,loss_web,loss_code\n';

  it('counts the columns of results, and is not misled by a row that is cut', () => {
    const whole = `${header}a,0.5,0.5,2.1,1.2\nb,0.25,0.75,2.2,1.1\n`;
    const expected = { kind: 'results', weights: 2, losses: 2 };
    assert.deepEqual(recogniseResults('/w/r.csv', bytes(whole)), expected);
    assert.deepEqual(recogniseResults('/w/r.csv', bytes(`${whole}c,0.3,"0.`)), expected);
  });

  it('tells a half of a pair, and takes other tables for nothing', () => {
    assert.deepEqual(recogniseResults('/w/m.csv', bytes('run,weight_web,weight_code\n1,0.5,0.5\n2,0.1,0.9\n')), {
      kind: 'results',
      weights: 2,
      losses: 0,
    });
    for (const text of ['name,age\nAda,36\n', '', 'step,loss\n1,2.5\n2,2.4\n', '{"a": 1}\n', '\u0000\u0001\u0002']) {
      assert.equal(recogniseResults('/w/t.csv', bytes(text)), undefined, text);
    }
  });

  it('asks more of JSON, and all of its bytes', () => {
    const row = { weight_web: 0.5, weight_code: 0.5, loss_web: 2.1, loss_code: 1.2 };
    const found = recogniseResults('/w/r.json', bytes(JSON.stringify([row, row], undefined, 2)));
    assert.deepEqual(found, { kind: 'results', weights: 2, losses: 2 });
    for (const value of [
      [{ loss: 1.5, eval_loss: 1.25 }],
      { weight_decay: 0.1, loss_scale: 2, lr: 1 },
      [{ weight_a: 0.5, weight_b: 0.5 }],
    ])
      assert.equal(recogniseResults('/w/r.json', bytes(JSON.stringify(value))), undefined);
  });

  it('finds where the mixtures of a config are', () => {
    const text =
      '# proxy\nlr: 0.1\ntrain:\n  train_web: 0.5\n  train_code: 0.3\n  train_books: 0.2\nvalid:\n  valid_web: 1.0\n';
    const found = recogniseMixtures('/w/train.yaml', text);
    assert.ok(found?.kind === 'mixtures');
    assert.deepEqual(
      found.mixtures.map(({ domains, line }) => [domains, line]),
      [[3, 3]],
    );
    assert.equal(recogniseMixtures('/w/ci.yaml', 'jobs:\n  test:\n    runs-on: ubuntu\n'), undefined);
  });
});

describe('files of the workspace', () => {
  const results = (weights: number, losses: number) => ({ kind: 'results' as const, weights, losses });

  it('are grouped and sorted by name, numbers by their value', () => {
    const nodes = nodesOf({
      fits: new Map([
        ['file:///w/b.mixlaw.json', { state: 'fresh' as const, law: 'overlap' }],
        ['file:///w/a.mixlaw.json', { state: 'failed' as const }],
      ]),
      recognised: new Map<string, Recognised>([
        ['file:///w/run10.csv', results(3, 3)],
        ['file:///w/run9.csv', results(3, 3)],
        ['file:///w/run11.csv', results(3, 3)],
        ['file:///w/train.yaml', { kind: 'mixtures' as const, mixtures: [] }],
      ]),
      fitted: new Map([
        ['file:///w/run9.csv', true],
        ['file:///w/run11.csv', false],
      ]),
    });
    const keys = (group: 'fits' | 'results' | 'mixtures') => nodes.get(group)!.map(({ key }) => key.slice(10));
    assert.deepEqual(keys('fits'), ['a.mixlaw.json', 'b.mixlaw.json']);
    assert.deepEqual(keys('results'), ['run9.csv', 'run10.csv', 'run11.csv']);
    assert.deepEqual(keys('mixtures'), ['train.yaml']);
    assert.deepEqual(
      nodes.get('results')!.map((node) => node.group === 'results' && node.fitted),
      ['fresh', 'no', 'changed'],
    );
  });

  it('when there are none, have a reason, and the manifest a text for it', () => {
    const manifest = JSON.parse(readFileSync(path.join(import.meta.dirname, '../../../package.json'), 'utf8'));
    const welcomes: { when: string }[] = manifest.contributes.viewsWelcome;
    assert.equal(emptyReason(1, 5, true), undefined);
    for (const reason of [emptyReason(0, 0, false), emptyReason(0, 3, false), emptyReason(0, 200, true)])
      assert.ok(
        welcomes.some(({ when }) => when.includes(`mixlaw.workspaceIsEmpty == '${reason}'`)),
        reason,
      );
    assert.equal(new Set(welcomes.map(({ when }) => when)).size, welcomes.length);
  });

  it('have the menus of the manifest', () => {
    const manifest = JSON.parse(readFileSync(path.join(import.meta.dirname, '../../../package.json'), 'utf8'));
    const menus: { command: string; when: string; group: string }[] = manifest.contributes.menus['view/item/context'];
    const actions = (node: FileNode, inline: boolean): string[] => {
      const value = contextValue(node);
      return menus
        .filter(({ group }) => group.startsWith('inline') === inline)
        .filter(({ when }) => {
          const [, operator, operand = ''] = /viewItem (==|=~|!=) (.+)$/.exec(when)!;
          if (operator === '=~') return new RegExp(operand.slice(1, -1)).test(value);
          return (operator === '==') === (value === operand);
        })
        .map(({ command }) => command.replace('mixlaw.', ''));
    };
    const fit = (state: 'fresh' | 'changed' | 'missing' | 'failed'): FileNode => ({ group: 'fits', key: '', state });
    assert.deepEqual(actions(fit('fresh'), true), ['exportReport']);
    assert.deepEqual(actions(fit('changed'), true), ['fitAgain', 'exportReport']);
    assert.deepEqual(actions(fit('missing'), false), ['exportReport', 'reveal']);
    assert.deepEqual(actions(fit('failed'), false), ['reveal']);
    const weightsOnly: FileNode = { group: 'results', key: '', weights: 3, losses: 0, fitted: 'no' };
    assert.deepEqual(actions(weightsOnly, true), ['fit']);
    assert.deepEqual(actions(weightsOnly, false), ['fit', 'compare', 'chooseColumns', 'reveal']);
    assert.deepEqual(actions({ group: 'mixtures', key: '', mixtures: [] }, true), ['applyToFile']);
  });
});
