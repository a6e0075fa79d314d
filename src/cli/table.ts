/** Rows of text in columns; columns of numbers are set to the right. The first row is the head. */
export function table(rows: readonly (readonly string[])[], indent = '  '): string {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const body = rows.slice(1);
  const layout = Array.from({ length: columns }, (_, c) => ({
    width: Math.max(...rows.map((row) => displayWidth(row[c] ?? ''))),
    right:
      body.length > 0 &&
      body.every((row) => /^([-+]?[\d.,\u202f]+(e[-+]?\d+)?( ?%|[KMBT])?|[–—]|)$/.test(row[c] ?? '')),
  }));
  return rows
    .map((row) => {
      const cells = layout.map(({ width, right }, c) => {
        const cell = row[c] ?? '';
        const blank = ' '.repeat(width - displayWidth(cell));
        return right ? blank + cell : cell + blank;
      });
      return `${indent}${cells.join('  ')}`.trimEnd();
    })
    .join('\n');
}

const displayWidth = (text: string): number => [...text].length;

/** Text from files, made harmless for a terminal: no control characters, so no escape sequences. */
export const printable = (text: string): string =>
  text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, '�');
