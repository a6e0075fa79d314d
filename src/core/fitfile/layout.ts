type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

const isLeaf = (value: Json): boolean => typeof value !== 'object' || value === null;

/**
 * JSON text of a value, indented by two blanks, ended by a newline. A list of numbers and a plain record in a list take
 * one line each, so that documents of a thousand runs can be read and compared. Equal values give equal bytes.
 */
export const layOut = (value: Json): string => `${write(value, '', false)}\n`;

function write(value: Json, indent: string, inList: boolean): string {
  if (isLeaf(value)) return JSON.stringify(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const items = value as readonly Json[];
    const numbers = items.every((item) => typeof item === 'number' || item === null);
    const parts = items.map((item) => write(item, inner, true));
    return numbers ? `[${parts.join(', ')}]` : block('[', parts, ']', indent);
  }
  const entries = Object.entries(value as { readonly [key: string]: Json });
  const parts = entries.map(([key, item]) => `${JSON.stringify(key)}: ${write(item, inner, false)}`);
  return inList && entries.every(([, item]) => isLeaf(item))
    ? `{ ${parts.join(', ')} }`
    : block('{', parts, '}', indent);
}

const block = (open: string, parts: readonly string[], close: string, indent: string): string =>
  parts.length === 0
    ? open + close
    : `${open}\n${parts.map((part) => `${indent}  ${part}`).join(',\n')}\n${indent}${close}`;
