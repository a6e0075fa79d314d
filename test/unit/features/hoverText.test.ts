import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Fit } from '../../../src/core/fit/types';
import type { Assessment } from '../../../src/core/pipeline/assessMixture';
import { matchMixture } from '../../../src/core/pipeline/currentMixture';
import { formatLoss, formatModelSize, formatPercent, formatTokens } from '../../../src/core/quantity';
import type { Mixture } from '../../../src/core/mixtures/types';
import type { Recommendation } from '../../../src/core/recommend/types';
import { escapeMarkdown, hoverText, type HoverFacts, type Translate } from '../../../src/features/hover/text';

const translate: Translate = (message, ...values) => message.replace(/\{(\d)\}/g, (_, i) => String(values[Number(i)]));
const formats = { formatLoss, formatModelSize, formatPercent, formatTokens };

const mixtureOf = (weights: readonly (readonly [string, number])[]): Mixture => {
  const sum = weights.reduce((total, [, weight]) => total + weight, 0);
  const range = { start: 0, end: 0 };
  return {
    label: 'train',
    unit: 'fraction',
    sum,
    range,
    weights: weights.map(([domain, raw]) => ({ domain, raw, fraction: raw / sum, range, editable: true })),
  };
};

/** Only what the text looks at. */
const fit = {
  law: 'linear-regression',
  domains: ['web', 'code'],
  targets: ['web', 'code'],
  modelSizeRange: [100, 1300],
} as unknown as Fit;

function assessed(overrides: Partial<Assessment> = {}): Assessment {
  return {
    matched: matchMixture(
      mixtureOf([
        ['web', 0.75],
        ['code', 0.25],
      ]),
      fit.domains,
    )!,
    losses: Float64Array.of(2, 3),
    meanLoss: 2.5,
    modelSize: 1300,
    tokens: 30,
    modelSizeFromConfig: false,
    tokensFromConfig: true,
    outside: 0,
    modelSizeBeyond: false,
    tokensBeyond: false,
    ...overrides,
  };
}

function facts(overrides: Partial<HoverFacts> = {}): HoverFacts {
  return {
    hovered: { name: 'code', fraction: 0.25 },
    mixtureLabel: 'train',
    assessment: assessed(),
    outsideMeasured: false,
    stale: false,
    notes: [],
    fit,
    fitName: 'results.mixlaw.json',
    lawTitle: 'Eq. 3, linear regression',
    fitLink: 'command:mixlaw.openFit?x',
    applyLink: 'command:mixlaw.applyRecommended?x',
    recommendation: { mixture: [0.6, 0.4], losses: [2.1, 2.7] } as unknown as Recommendation,
    ...overrides,
  };
}

describe('hover text', () => {
  it('tells share, losses, difference to the recommended mixture, scale and fit', () => {
    const text = hoverText(facts(), translate, formats);
    assert.match(text, /\*\*code\*\* 25\.0 % · recommended 40\.0 %/);
    assert.match(text, /mean loss \*\*2\.500\*\*, 2\.400 with the recommended mixture: −0\.100/);
    assert.match(text, /\| web \| &nbsp;&nbsp; 2\.000 \| &nbsp;&nbsp; 2\.100 \| &nbsp;&nbsp; \+0\.100 \|/);
    assert.match(text, /\| code \| .*3\.000 \| .*2\.700 \| .*−0\.300 \|/);
    assert.match(text, /At 1\.3B parameters \(largest measured\), 30B tokens \(from this file\)/);
    assert.match(text, /\[results\\\.mixlaw\\\.json\]\(command:mixlaw\.openFit\?x /);
    assert.match(text, /Eq\\\. 3, linear regression/);
  });

  it('shows intervals of each loss, of the mean and of the difference once they are known', () => {
    const intervals = {
      targets: [
        [1.9, 2.1],
        [2.8, 3.2],
      ] as const,
      mean: [2.4, 2.6] as const,
      difference: [-0.15, -0.05] as const,
    };
    const text = hoverText(facts({ intervals }), translate, formats);
    assert.match(
      text,
      /\*\*2\.500\*\* \(90 %: 2\.400 to 2\.600\), 2\.400 with the recommended mixture: −0\.100 \(90 %: −0\.150 to −0\.050\)/,
    );
    assert.match(text, /\| (?:&nbsp;)*\s*90 % of new runs \|/);
    assert.match(text, /\| web \| .*2\.000 \| .*1\.900 to 2\.100 \| .*2\.100 \|/);
    const cells = text
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) => line.split('|').length);
    assert.equal(new Set(cells).size, 1, 'all rows have as many cells');
    assert.doesNotMatch(hoverText(facts(), translate, formats), /90 %/);
  });

  it('says what of the scale is assumed, and how it was found', () => {
    const notes = [
      'Model size is counted from the architecture.',
      'The data-parallel size is not in the file: 64 is assumed.',
    ];
    const text = hoverText(facts({ notes, assessment: assessed({ assumed: ['tokens'] }) }), translate, formats);
    assert.match(text, /30B tokens \(assumed in the settings\)/);
    assert.match(text, /counted from the architecture.* The data.*64 is assumed/);
  });

  it('says when the config’s scale is beyond what was measured', () => {
    const text = hoverText(
      facts({ assessment: assessed({ modelSize: 7000, modelSizeFromConfig: true, modelSizeBeyond: true }) }),
      translate,
      formats,
    );
    assert.match(text, /At 7B parameters \(from this file, beyond the measured 100M to 1\.3B\)/);
  });

  it('says when a name is not in the fit, and how much is left out', () => {
    const matched = matchMixture(
      mixtureOf([
        ['web', 0.6],
        ['code', 0.3],
        ['logs', 0.1],
      ]),
      fit.domains,
    )!;
    const text = hoverText(
      facts({ assessment: assessed({ matched }), hovered: { name: 'logs', fraction: 0.1 } }),
      translate,
      formats,
    );
    assert.match(text, /\*\*logs\*\* 10\.0 % · not in the fit/);
    assert.match(text, /left out \(10\.0 %\): logs/);
  });

  it('says where the mixture lies among the measured ones, what the config leaves out, and what can be done', () => {
    const inside = hoverText(facts(), translate, formats);
    assert.match(inside, /Among the measured mixtures/);
    assert.match(inside, /\[Show in panel\]\(command:mixlaw\.openFit\?x\)/);
    assert.match(inside, /\[Apply recommended mixture\]\(command:mixlaw\.applyRecommended\?x /);
    assert.doesNotMatch(inside, /have changed|taken as 0/);
    const matched = matchMixture(mixtureOf([['web', 1]]), ['web'])!;
    const partly = { ...matched, match: { ...matched.match, unused: ['code'] } };
    const outside = hoverText(
      facts({ assessment: assessed({ outside: 0.2, matched: partly }), outsideMeasured: true, stale: true }),
      translate,
      formats,
    );
    assert.match(outside, /Extrapolated: 20\.0 % of the tokens lie outside/);
    assert.match(outside, /Not in this config, taken as 0: code/);
    assert.match(outside, /the results have changed since this fit/);
    const edge = hoverText(facts({ assessment: assessed({ outside: 0.02 }) }), translate, formats);
    assert.match(edge, /At the edge of the measured mixtures \(2\.0 %/);
  });

  it('lets no text of a file become a link, an image, HTML, a table cell or a line', () => {
    const evil = '](command:evil) ![x](http://x) <img src=x> | `a`\n# b';
    const text = hoverText(facts({ hovered: { name: evil, fraction: 0.5 } }), translate, formats);
    assert.doesNotMatch(text, /(?<!\\)\]\(command:evil|<img|(?<!\\)!\[|\n# b/);
    assert.equal(text.split('\n\n').length, hoverText(facts(), translate, formats).split('\n\n').length);
  });

  it('escapes every character that Markdown could take for its own', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const escaped = escapeMarkdown(name);
        const left = escaped.replace(/\\[\\`*_{}[\]()#+\-.!|~:@/$^=]/g, '').replace(/&#\d+;/g, '');
        assert.doesNotMatch(left, /[\\`*_{}[\]()#|<>&\n\r]/);
      }),
    );
  });
});

describe('mixtures in a fit’s terms', () => {
  it('matches by name, sums what belongs together and scales the rest to 1', () => {
    const matched = matchMixture(
      mixtureOf([
        ['code', 2],
        ['the_pile_web', 6],
        ['logs', 2],
      ]),
      ['web', 'code'],
    )!;
    assert.deepEqual(
      [...matched.fractions].map((fraction) => Number(fraction.toFixed(12))),
      [0.75, 0.25],
    );
    assert.ok(Math.abs(matched.unmatchedShare - 0.2) < 1e-12);
  });

  it('is about other data when most of it is unknown to the fit, or only one name fits', () => {
    assert.equal(
      matchMixture(
        mixtureOf([
          ['web', 1],
          ['code', 1],
          ['x', 5],
        ]),
        ['web', 'code'],
      ),
      undefined,
    );
    assert.equal(
      matchMixture(
        mixtureOf([
          ['web', 9],
          ['x', 1],
        ]),
        ['web', 'code'],
      ),
      undefined,
    );
  });
});
