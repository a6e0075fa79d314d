/** Text from a file made safe and short enough for a message: control characters shown, long names cut. */
export function quoted(text: string, limit = 60): string {
  // Control and direction-changing characters would let a file rearrange the message.
  const safe = text.slice(0, 4 * limit).replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\ufffd');
  const points = Array.from(safe);
  return `“${points.length > limit ? `${points.slice(0, limit - 1).join('')}…` : safe}”`;
}

/** The first few of many names, for a message. */
export function listed(names: readonly string[], limit = 6): string {
  const shown = names.slice(0, limit).map((name) => quoted(name));
  return names.length > limit ? `${shown.join(', ')} and ${names.length - limit} more` : shown.join(', ');
}
