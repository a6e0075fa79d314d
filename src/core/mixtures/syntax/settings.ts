const patterns = new WeakMap<ReadonlySet<string>, RegExp>();

/**
 * Where one of the keys is set: `key: …`, `"key": …`, `key = …`, `--key=…`, whatever its case and with `-` for `_`. One
 * pattern for all of them: thousands of other settings are passed over without a look at each.
 * @param lower the text in lower case
 */
export function* settingsIn(lower: string, keys: ReadonlySet<string>): Generator<number> {
  if (keys.size === 0) return;
  let pattern = patterns.get(keys);
  if (!pattern) patterns.set(keys, (pattern = new RegExp(`\\b_*(?:${[...keys].join('|')})["']?\\]?\\s*[:=(]`, 'g')));
  const plain = lower.replaceAll('-', '_');
  pattern.lastIndex = 0;
  for (let match = pattern.exec(plain); match; match = pattern.exec(plain)) yield match.index;
}
