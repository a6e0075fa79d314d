import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  formatCount,
  formatLoss,
  formatModelSize,
  formatNumber,
  formatPercent,
  formatTokens,
  hasUnitSuffix,
  modelSizeUnit,
  parseModelSize,
  parseQuantity,
  parseTokens,
  tokensUnit,
  unitInName,
} from '../../../src/core/quantity';

describe('quantity', () => {
  it('reads suffixes, separators and exponents', () => {
    const cases: readonly (readonly [string, number])[] = [
      ['122M', 122e6],
      ['10B', 10e9],
      ['20.0B', 20e9],
      ['1.3T', 1.3e12],
      ['1.1e9', 1.1e9],
      ['4e12T', 4e24],
      ['1_000', 1000],
      ['2_910_233_600', 2910233600],
      ['1,000,000', 1e6],
      ['30B tokens', 30e9],
      [' 7 b ', 7e9],
      ['-3', -3],
      ['.05', 0.05],
      ['1.', 1],
      ['70 million', 70e6],
    ];
    for (const [text, value] of cases) assert.ok(Math.abs(parseQuantity(text) / value - 1) < 1e-12, text);
  });

  it('refuses what is no quantity', () => {
    for (const text of ['', ' ', '.', 'e5', '-', 'M', 'abc', '12X', '1,00', '1.2.3', 'NaN', 'Infinity', '0x10', '3 4'])
      assert.ok(Number.isNaN(parseQuantity(text)), JSON.stringify(text));
  });

  it('knows which texts carry their own unit', () => {
    assert.equal(hasUnitSuffix('70M'), true);
    assert.equal(hasUnitSuffix('70'), false);
    assert.equal(hasUnitSuffix('model'), false);
  });

  it('turns model sizes into millions and tokens into billions, plain numbers by magnitude', () => {
    assert.equal(parseModelSize('1.3B'), 1300);
    assert.equal(parseModelSize('200'), 200);
    assert.equal(parseModelSize('122000000.0'), 122);
    assert.equal(parseModelSize('0.07'), 70);
    assert.equal(parseTokens('30B'), 30);
    assert.equal(parseTokens('2500'), 2500);
    assert.equal(parseTokens('25e9'), 25);
    assert.equal(parseTokens('1.3T'), 1300);
    assert.equal(modelSizeUnit([70, 160]), 'millions');
    assert.equal(modelSizeUnit([0.07, 1.3]), 'billions');
    assert.equal(modelSizeUnit([1.22e8, 3.1e8]), 'units');
    assert.equal(tokensUnit([2, 20]), 'billions');
    assert.equal(tokensUnit([1.998e9]), 'units');
  });

  it('takes a unit from a column name', () => {
    assert.equal(unitInName('params_b'), 'billions');
    assert.equal(unitInName('size (M)'), 'millions');
    assert.equal(unitInName('tokens_billions'), 'billions');
    assert.equal(unitInName('model_size'), undefined);
    assert.equal(unitInName('M'), undefined);
    assert.equal(unitInName('num_params'), undefined);
  });

  it('formats for people', () => {
    assert.equal(formatModelSize(1300), '1.3B');
    assert.equal(formatModelSize(122), '122M');
    assert.equal(formatModelSize(999.999), '1B');
    assert.equal(formatModelSize(NaN), '–');
    assert.equal(formatTokens(30), '30B');
    assert.equal(formatTokens(1300), '1.3T');
    assert.equal(formatTokens(19.998), '19.998B');
    assert.equal(formatTokens(0.5), '500M');
    assert.equal(formatLoss(2.34567), '2.346');
    assert.equal(formatLoss(NaN), '–');
    assert.equal(formatPercent(0.0712), '7.1 %');
    assert.equal(formatNumber(0.000123456), '0.0001235');
    assert.equal(formatCount(1308), '1\u202f308');
    assert.equal(formatCount(62), '62');
  });

  it('parses what it formats, to the digits shown', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e7, noNaN: true }), (millions) => {
        const again = parseQuantity(formatModelSize(millions, 6)) / 1e6;
        assert.ok(Math.abs(again / millions - 1) < 1e-5);
      }),
    );
  });
});
