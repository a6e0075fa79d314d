import assert from 'node:assert/strict';
import { mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { bundleText, collectTexts, placeholders } from '../../../scripts/texts';
import { currentTranslations, inEnglish, setTranslations, translated } from '../../../src/core/l10n';
import { parseFitDocument } from '../../../src/core/fitfile/document';
import { laws } from '../../../src/core/laws/registry';
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
      for (const room of ['src/core', 'src/features', 'src/worker', 'webview'])
        mkdirSync(path.join(folder, room), { recursive: true });
      writeFileSync(
        path.join(folder, 'webview/view.ts'),
        "t('a {0}', t(b ? 'c' : `d`)); plural(n, 'one', 'many'); t(name);\nt('{0} of {1}', a); plural(n, '{0} row', '{0} of {1} rows', s, all);",
      );
      const { texts, problems } = collectTexts(folder);
      assert.deepEqual(texts, ['a {0}', 'c', 'd', 'many', 'one', '{0} of {1}', '{0} of {1} rows', '{0} row']);
      assert.equal(problems.length, 2);
      assert.match(problems[0]!, /view\.ts:1: not a literal/);
      assert.match(problems[1]!, /view\.ts:2: “\{0\} of \{1\}” has more places/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('are translated whole, and with the same places for values', () => {
    const { texts } = collectTexts(root);
    const known = new Set(texts);
    const ofManifest = JSON.parse(readFileSync(path.join(root, 'package.nls.json'), 'utf8')) as Record<string, string>;
    for (const name of readdirSync(path.join(root, 'l10n'))) {
      const bundle = JSON.parse(readFileSync(path.join(root, 'l10n', name), 'utf8')) as Record<string, string>;
      for (const [text, translation] of Object.entries(bundle)) {
        assert.ok(known.has(text), `${name}: ${text}`);
        assert.deepEqual(placeholders(translation), placeholders(text), `${name}: ${text}`);
      }
      assert.equal(Object.keys(bundle).length, texts.length, name);
    }
    for (const text of Object.values(ofManifest)) assert.notEqual(text.trim(), '');
  });

  it('of the core are in the reader’s language once that is set, and in English where they are kept', () => {
    const error = (): string => {
      try {
        parseFitDocument('{"schemaVersion": 99999}', 'a.mixlaw.json');
      } catch (caught) {
        return (caught as Error).message;
      }
      throw new Error('nothing was thrown');
    };
    const english = error();
    const translated = Object.fromEntries(collectTexts(root).texts.map((text) => [text, `¡${text}!`]));
    try {
      setTranslations(translated);
      assert.match(error(), /^¡.*a\.mixlaw\.json.*!$/s);
      assert.equal(inEnglish(error), english);
      assert.match(error(), /^¡/);
      assert.deepEqual(currentTranslations(), translated);
    } finally {
      setTranslations(undefined);
    }
    assert.equal(error(), english);
    assert.equal(currentTranslations(), undefined);
  });

  it('of laws are all among them, and are shown translated', () => {
    const { texts } = collectTexts(root);
    for (const { title, description } of laws)
      for (const text of [title, description]) assert.ok(texts.includes(text), text);
    try {
      setTranslations({ [laws[0]!.title]: 'Loi' });
      assert.equal(translated(laws[0]!.title), 'Loi');
      assert.equal(translated('unknown'), 'unknown');
    } finally {
      setTranslations(undefined);
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
