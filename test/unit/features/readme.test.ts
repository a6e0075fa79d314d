import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '../../..');
const readText = (name: string): string => readFileSync(path.join(root, name), 'utf8');

describe('what is written for people', () => {
  const readme = readText('README.md');

  it('names every dependency', () => {
    const { dependencies, devDependencies } = JSON.parse(readText('package.json'));
    const names = [...Object.keys(dependencies), ...Object.keys(devDependencies)];
    assert.ok(names.length > 20);
    assert.deepEqual(
      names.filter((name) => !name.startsWith('@types/') && !readme.includes(`\`${name}\``)),
      [],
    );
  });

  it('has pictures and files where it says, and pictures of at most 150 KB', () => {
    const documents = [
      'README.md',
      'CONTRIBUTING.md',
      ...readdirSync(path.join(root, 'docs')).map((name) => `docs/${name}`),
    ];
    for (const name of documents.filter((document) => document.endsWith('.md'))) {
      const text = readText(name);
      const mentioned = [
        ...text.matchAll(/\]\(([^):#]+)\)|(?:src|srcset)="([^":]+)"|`((?:docs|media|examples)\/[\w./-]+)`/g),
      ];
      for (const [, link, source, inCode] of mentioned) {
        const from = inCode === undefined ? path.dirname(name) : '';
        const file = path.join(root, from, link ?? source ?? inCode ?? '');
        assert.ok(existsSync(file), `${name}: ${link ?? source ?? inCode}`);
        if (file.endsWith('.png')) assert.ok(statSync(file).size <= 150_000, file);
      }
    }
  });

  it('leaves no number of the measurements to be filled in', () => {
    assert.doesNotMatch(readme, /SIZE_|TODO|XX/);
  });
});
