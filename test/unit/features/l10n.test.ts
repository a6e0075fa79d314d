import assert from 'node:assert/strict';
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { bundleText, collectTexts } from '../../../scripts/texts';
import { plural, t } from '../../../webview/l10n';

const root = path.join(import.meta.dirname, '../../..');

describe('texts to translate', () => {
  it('are all in the bundle, which holds nothing else (npm run l10n)', () => {
    const { texts, problems } = collectTexts(root);
    assert.deepEqual(problems, []);
    const bundle = readFileSync(path.join(root, 'l10n/bundle.l10n.json'), 'utf8');
    const known = new Set(Object.keys(JSON.parse(bundle) as object));
    assert.deepEqual(
      texts.filter((text) => !known.has(text)),
      [],
    );
    assert.ok(bundle === bundleText(texts), 'The bundle holds texts that are gone, or in another order.');
    assert.ok(texts.length > 100);
  });

  it('are found in calls of every kind, and what is no literal is complained about', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'mixlaw-texts-'));
    try {
      for (const room of ['src/features', 'webview']) mkdirSync(path.join(folder, room), { recursive: true });
      writeFileSync(
        path.join(folder, 'webview/view.ts'),
        "t('a {0}', t(b ? 'c' : `d`)); plural(n, 'one', 'many'); t(name);",
      );
      const { texts, problems } = collectTexts(folder);
      assert.deepEqual(texts, ['a {0}', 'c', 'd', 'many', 'one']);
      assert.equal(problems.length, 1);
      assert.match(problems[0]!, /view\.ts:1: /);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('take their values by number, each as often as it is named, and only once', () => {
    assert.equal(t('{1} of {0}, {1}', 'a', 3), '3 of a, 3');
    assert.equal(t('{0} and {1}', '{1}', 'b'), '{1} and b');
    assert.equal(t('{0}'), '{0}');
    assert.equal(plural(1, '{0} row', '{0} rows'), '1 row');
    assert.equal(plural(1200, '{0} row', '{0} rows', '1,200'), '1,200 rows');
  });
});
