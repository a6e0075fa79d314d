import { parseNumber } from '../syntax/number';
import type { Mixture, TextEdit } from '../types';
import { roundLevel } from './round';

/** Edits that make the weights sum to one; undefined where a weight is not a number of its own in the file. */
export function normaliseMixture(text: string, { weights }: Mixture): readonly TextEdit[] | undefined {
  const slots = weights.flatMap((weight) => {
    const tokens = weight.parts ?? [{ raw: weight.raw, range: weight.range, editable: weight.editable }];
    return tokens.map(({ raw, range, editable }) => ({
      range,
      editable: editable && weight.factors === undefined,
      value: weight.raw > 0 ? ((weight.divisor ?? 1) * weight.fraction * Math.max(0, raw)) / weight.raw : 0,
      written: text.slice(range.start, range.end),
    }));
  });
  if (!slots.every(({ editable, written }) => editable && parseNumber(written) !== undefined)) return undefined;
  const texts = roundLevel({
    written: slots.map(({ written }) => written),
    values: slots.map(({ value }) => value),
  });
  return slots
    .map(({ range }, i) => ({ range, newText: texts[i]! }))
    .filter(({ range, newText }) => text.slice(range.start, range.end) !== newText);
}

/** A number that PyYAML takes for text, as one that it reads: `1e-3` → `1.0e-3`, `5e9` → `5.0e+9`. */
export function yamlNumber(text: string): string {
  const [mantissa = '', exponent = ''] = text.toLowerCase().split('e');
  const dotted = mantissa.includes('.') ? mantissa : `${mantissa}.0`;
  return `${dotted}e${/^[+-]/.test(exponent) ? '' : '+'}${exponent}`;
}
