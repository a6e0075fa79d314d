/** Parts of nearly all key words: what has one in it that a text has not need not be looked for there. */
const ROOTS = [
  'weight',
  'ratio',
  'prop',
  'mix',
  'source',
  'data',
  'prob',
  'train',
  'share',
  'percent',
  'blend',
  'domain',
  'frac',
  'document',
  'stream',
  'sampl',
  'corp',
  'hf_',
] as const;

/** Whether a word can be in the text, whatever its case: true for words without such a part. */
export function rootsOf(text: string): (word: string) => boolean {
  const lower = text.toLowerCase();
  const missing = ROOTS.filter((root) => !lower.includes(root));
  return (word) => {
    const small = word.toLowerCase();
    return !missing.some((root) => small.includes(root));
  };
}
