import { MixlawError } from '../errors';

/**
 * Words of a command as a POSIX shell would split them: blanks, 'single' and "double" quotes, backslashes. Nothing is
 * expanded. The words are handed on as they are, never to a shell, so that no character of them can mean anything else.
 * @throws MixlawError `bad-command`
 */
export function shellWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(character))
      throw bad('it has a line end or another control character');
    if (character === ' ' || character === '\t') {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (character === "'") {
      const end = text.indexOf("'", at + 1);
      if (end < 0) throw bad('a quote is not closed');
      word = (word ?? '') + text.slice(at + 1, end);
      at = end;
    } else if (character === '"') {
      word ??= '';
      for (at++; text[at] !== '"'; at++) {
        if (at >= text.length) throw bad('a quote is not closed');
        if (text[at] === '\\' && /["\\$`]/.test(text[at + 1] ?? '')) at++;
        word += text[at]!;
      }
    } else if (character === '\\') {
      if (at + 1 >= text.length) throw bad('it ends in a backslash');
      word = (word ?? '') + text[++at]!;
    } else word = (word ?? '') + character;
  }
  if (word !== undefined) words.push(word);
  if (words.length === 0) throw bad('it is empty');
  // What sets a variable for a command is a shell's own syntax; env does the same for words.
  return /^[A-Za-z_]\w*=/.test(words[0]!) ? ['env', ...words] : words;
}

const bad = (why: string): MixlawError =>
  new MixlawError(
    'bad-command',
    `The command cannot be used: ${why}.`,
    'Give the command of one run, as "python train.py --config {config}". For pipes and variables: "bash -c \'…\'".',
  );

/** A word that a POSIX shell takes literally. */
export const shellQuoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
