import {
  hasUnitSuffix,
  modelSizeUnit,
  parseQuantity,
  PLAIN_UNIT_FACTOR,
  type PlainUnit,
  tokensUnit,
  unitInName,
} from '../quantity';
import { writtenNumber } from './cells';
import type { Column } from './table';

/** A model-size or tokens column in absolute numbers, and what its plain numbers were taken for. */
export interface ScaleReading {
  /** Parameters or tokens; NaN where the cell is missing or text. Length n. */
  readonly values: Float64Array;
  /** For the user: "plain numbers are millions, by their size". Empty when every cell carries its own unit. */
  readonly unit: string;
}

/** Cells such as `70M` carry their unit; for plain numbers the column's name decides, else their magnitude. */
export function readScale(column: Column, scale: 'model-size' | 'tokens'): ScaleReading {
  const counted = scale === 'tokens' ? 'tokens' : 'parameters';
  const plain = column.numbers.filter((value) => !Number.isNaN(value));
  const named = unitInName(column.name);
  const unit: PlainUnit = named ?? (scale === 'tokens' ? tokensUnit(plain) : modelSizeUnit(plain));
  const factor = PLAIN_UNIT_FACTOR[unit];
  const values = column.numbers.map((value) => value * factor);
  for (const [row, text] of column.texts)
    values[row] = hasUnitSuffix(text) ? parseQuantity(text) : writtenNumber(text) * factor;
  const words = unit === 'units' ? `plain numbers are ${counted}` : `plain numbers are ${unit} of ${counted}`;
  return { values, unit: plain.length === 0 ? '' : `${words}, by their ${named ? 'column’s name' : 'magnitude'}` };
}

/**
 * Model size in millions that file names tell (`train_mixture_1m.csv`, `loss_60M.csv`): only when every name tells
 * exactly one, and all the same. Undefined otherwise.
 */
export function modelSizeInNames(fileNames: readonly string[]): number | undefined {
  const sizes = fileNames.map((name) => {
    const found = [...name.matchAll(/(?<=^|[_\-. ])(\d+(?:\.\d+)?[mb])(?=[_\-. ]|$)/gi)].map(([size]) => size);
    return found.length === 1 ? parseQuantity(found[0] as string) / 1e6 : undefined;
  });
  return sizes.every((size) => size !== undefined && size === sizes[0]) ? sizes[0] : undefined;
}
