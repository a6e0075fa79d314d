import { answersFor } from './calls';
import type { EvidenceCalls } from './calls';
import type { Answer, Question } from './client';
import type { PackedDocument } from './packed';
import { unpacked } from './packed';

/** The page's own thread: it gets the document once and questions after it, and answers them in order. */
let answers: EvidenceCalls | undefined;

addEventListener('message', ({ data }: MessageEvent<Question | PackedDocument>) => {
  if ('document' in data) {
    answers = answersFor(unpacked(data));
    return;
  }
  const { id, name, argument } = data;
  try {
    const answer = answers?.[name] as ((of: unknown) => unknown) | undefined;
    postMessage({ id, value: answer?.(argument) } satisfies Answer);
  } catch (error) {
    postMessage({ id, problem: error instanceof Error ? error.message : String(error) } satisfies Answer);
  }
});
