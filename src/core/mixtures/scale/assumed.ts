import { parseModelSize, parseTokens } from '../../quantity';
import type { AssumedScale } from '../family';

/**
 * What a user assumes where configs do not say: `{"dataParallelSize": 64, "modelSize": "1.3B", "tokens": "30B"}`. What is
 * no number or no quantity counts as not set; undefined when nothing is.
 */
export function assumedScaleOf(set: Readonly<Record<string, unknown>>): AssumedScale | undefined {
  const read = (key: string, parse: (text: string) => number): number | undefined => {
    const value = Object.hasOwn(set, key) ? set[key] : undefined;
    const parsed = typeof value === 'string' || typeof value === 'number' ? parse(String(value)) : NaN;
    return parsed > 0 && Number.isFinite(parsed) ? parsed : undefined;
  };
  const dataParallelSize = read('dataParallelSize', Number);
  const modelSize = read('modelSize', parseModelSize);
  const tokens = read('tokens', parseTokens);
  const assumed: AssumedScale = {
    ...(dataParallelSize === undefined ? {} : { dataParallelSize }),
    ...(modelSize === undefined ? {} : { modelSize }),
    ...(tokens === undefined ? {} : { tokens }),
  };
  return Object.keys(assumed).length > 0 ? assumed : undefined;
}
