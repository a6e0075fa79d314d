import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultFitOptions } from '../../../src/core/fit/options';
import { lawById } from '../../../src/core/laws/registry';
import { DEFAULT_MAX_BYTES } from '../../../src/core/results/text';
import { commandIds, hoverCommands } from '../../../src/features/commands';

const root = join(import.meta.dirname, '../../..');
const readText = (name: string): string => readFileSync(join(root, name), 'utf8');
const manifest = JSON.parse(readText('package.json'));
const contributes = manifest.contributes;
const sorted = (values: Iterable<string>): string[] => [...values].sort();

describe('manifest', () => {
  it('contributes exactly the commands that the code declares', () => {
    const contributed = contributes.commands.map(({ command }: { command: string }) => command);
    assert.deepEqual(sorted(contributed), sorted(Object.values(commandIds)));
  });

  it('names no command elsewhere that does not exist', () => {
    const known = new Set<string>(Object.values(commandIds));
    const mentioned = [...JSON.stringify(contributes).matchAll(/(?:"command":"|onCommand:|command:)(mixlaw\.[\w.]+)/g)];
    const texts = [...readText('package.nls.json').matchAll(/command:(mixlaw\.[\w.]+)/g)];
    assert.ok(mentioned.length > 5);
    for (const [, id] of [...mentioned, ...texts]) assert.ok(known.has(id!), id);
    for (const id of hoverCommands) assert.ok(known.has(id), id);
  });

  it('has a text for every %key%, and no text that nothing uses', () => {
    const used = new Set([...readText('package.json').matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key!));
    assert.deepEqual(sorted(Object.keys(JSON.parse(readText('package.nls.json')))), sorted(used));
  });

  it('refers only to files that are there', () => {
    const media = contributes.walkthroughs.flatMap((walkthrough: { steps: { media: { markdown: string } }[] }) =>
      walkthrough.steps.map((step) => step.media.markdown),
    );
    const schemas = contributes.jsonValidation.map(({ url }: { url: string }) => url);
    const icons = [...contributes.viewsContainers.activitybar, ...contributes.views.mixlaw].map(
      ({ icon }: { icon: string }) => icon,
    );
    for (const file of [manifest.icon, ...media, ...schemas, ...icons]) assert.ok(existsSync(join(root, file)), file);
  });

  it('documents the defaults that the core has', () => {
    const { properties } = contributes.configuration;
    for (const name of ['law', 'mask', 'loss', 'starts', 'seed', 'prior', 'minAllocation'] as const) {
      assert.equal(properties[`mixlaw.fit.${name}`].default, defaultFitOptions[name], name);
    }
    assert.equal(properties['mixlaw.maxFileSizeMB'].default * 1e6, DEFAULT_MAX_BYTES);
    assert.ok(lawById(defaultFitOptions.law));
  });

  it('asks for no trust it does not need, and starts on nothing it does not need', () => {
    assert.equal(manifest.capabilities.untrustedWorkspaces.supported, true);
    assert.ok(!manifest.activationEvents.includes('*') && !manifest.activationEvents.includes('onStartupFinished'));
  });
});

describe('settings', () => {
  it('reads only what the manifest declares', () => {
    const source = readText('src/features/settings.ts');
    const read = [...source.matchAll(/(?:set|get)(?:<[^(]*>)?\('([\w.]+)'/g)].map(([, key]) => `mixlaw.${key}`);
    assert.ok(read.length > 6);
    for (const key of read) assert.ok(key in contributes.configuration.properties, key);
  });
});
