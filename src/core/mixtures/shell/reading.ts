import type { Fragment } from './values';

/** Options of `read` and `mapfile` that have a word of their own. */
const WITH_WORD = { read: /^-[A-Za-z]*[dnNptui]$/, mapfile: /^-[A-Za-z]*[dnOsuCc]$/ };
const BLANKS = ' \t\n';

/**
 * What variables hold after `read` or `mapfile` (`readarray`) has read that input: the elements of each. Separators are
 * those in `IFS`. Unknown commands read nothing.
 */
export function readInto(
  command: string,
  words: readonly string[],
  input: readonly Fragment[],
  separators: string = BLANKS,
): Map<string, readonly (readonly Fragment[])[]> {
  const names: string[] = [];
  let array = command !== 'read';
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (!word.startsWith('-')) names.push(word);
    else if (command === 'read' && /^-[A-Za-z]*a/.test(word)) array = true;
    else if (WITH_WORD[command === 'read' ? 'read' : 'mapfile'].test(word)) i++;
  }
  const pieces = piecesOf(input, command === 'read' ? separators : '\n');
  const last = names[names.length - 1];
  if (last === undefined) return new Map();
  if (array) return new Map([[last, pieces]]);
  const read = names.map((name, i) => [name, [pieces[i] ?? []]] as const);
  const rest = pieces.slice(names.length - 1);
  const joined = rest.flatMap((piece, i) => (i === 0 ? piece : [between(separators), ...piece]));
  return new Map([...read.slice(0, -1), [last, [joined]]]);
}

const between = (separators: string): Fragment => ({ text: separators[0] ?? ' ', start: undefined, quoted: true });

/** Pieces between separators; blanks count once, and not at the ends. */
function piecesOf(fragments: readonly Fragment[], separators: string): Fragment[][] {
  const isBlank = [...separators].every((each) => BLANKS.includes(each));
  const pieces: Fragment[][] = [[]];
  for (const each of fragments) {
    let from = 0;
    for (let i = 0; i <= each.text.length; i++) {
      if (i < each.text.length && !separators.includes(each.text[i]!)) continue;
      const text = each.text.slice(from, i);
      const start = each.start === undefined ? undefined : each.start + from;
      if (text !== '') pieces[pieces.length - 1]!.push({ ...each, text, start, quoted: true });
      if (i < each.text.length) pieces.push([]);
      from = i + 1;
    }
  }
  return isBlank ? pieces.filter((piece) => piece.length > 0) : pieces;
}
