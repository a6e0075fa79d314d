import type { Session } from '../session';
import type { EvidenceCalls, EvidenceName } from './calls';
import { packed } from './packed';

export interface Question {
  readonly id: number;
  readonly name: EvidenceName;
  readonly argument: unknown;
}

export interface Answer {
  readonly id: number;
  readonly value?: unknown;
  /** Why there is none. */
  readonly problem?: string;
}

type Argument<N extends EvidenceName> = Parameters<EvidenceCalls[N]>[0];
type Result<N extends EvidenceName> = ReturnType<EvidenceCalls[N]>;

/** Something that answers questions, sooner or later. */
interface Oracle {
  ask(question: Question): void;
  dispose(): void;
}

interface Asked {
  readonly question: Question;
  readonly done: (value: unknown) => void;
}

/**
 * Asks for what takes longer than a frame. Of several questions with the same key only the newest matters: one that has
 * not been asked yet is dropped for it, so that a slider never leaves a queue behind.
 */
export class EvidenceClient {
  private readonly oracle: Oracle;
  private readonly running = new Map<string, Asked>();
  private readonly waiting = new Map<string, Asked>();
  private count = 0;
  private disposed = false;

  /** @param failed hears of questions that have no answer */
  constructor(
    session: Session,
    private readonly failed: (problem: string) => void,
  ) {
    this.oracle = threadFor(session, (answer) => this.receive(answer), failed);
  }

  ask<N extends EvidenceName>(key: string, name: N, argument: Argument<N>, done: (value: Result<N>) => void): void {
    const asked: Asked = { question: { id: ++this.count, name, argument }, done: done as (value: unknown) => void };
    if (this.running.has(key)) this.waiting.set(key, asked);
    else this.start(key, asked);
  }

  dispose(): void {
    this.disposed = true;
    this.oracle.dispose();
  }

  private start(key: string, asked: Asked): void {
    this.running.set(key, asked);
    this.oracle.ask(asked.question);
  }

  private receive({ id, value, problem }: Answer): void {
    if (this.disposed) return;
    const entry = [...this.running].find(([, { question }]) => question.id === id);
    if (!entry) return;
    const [key, asked] = entry;
    this.running.delete(key);
    const next = this.waiting.get(key);
    if (next) {
      this.waiting.delete(key);
      this.start(key, next);
    }
    if (problem === undefined) asked.done(value);
    else this.failed(`${asked.question.name}: ${problem}`);
  }
}

/** Address of the worker's script: beside the page's own. */
const script = (): string => new URL('evidence.js', import.meta.url).href;

let source: Promise<string> | undefined;

/**
 * A thread of the page. Webviews only start workers from blobs, so that the script is fetched first; questions wait for
 * it. Where there can be no thread there are no answers: the page then shows its numbers without intervals.
 */
function threadFor(session: Session, receive: (answer: Answer) => void, failed: (problem: string) => void): Oracle {
  const waiting: Question[] = [];
  let worker: Worker | undefined;
  let disposed = false;
  const send = (): void => {
    for (const question of waiting.splice(0)) worker?.postMessage(question);
  };
  source ??= fetch(script()).then((response) => response.text());
  source
    // A large document takes a while to hand over: not before the page has drawn what it can.
    .then((text) => new Promise<string>((resolve) => requestIdleCallback(() => resolve(text), { timeout: 500 })))
    .then((text) => {
      if (disposed) return;
      const url = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
      worker = new Worker(url);
      URL.revokeObjectURL(url);
      worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => receive(data));
      worker.addEventListener('error', ({ message }) => failed(`the page's thread: ${message}`));
      worker.postMessage(packed(session));
      send();
    })
    .catch((error: unknown) => failed(`the page's thread: ${String(error)}`));
  return {
    ask(question) {
      // Not in the frame that asks: waking a thread takes a while.
      waiting.push(question);
      if (worker) setTimeout(send);
    },
    dispose() {
      disposed = true;
      worker?.terminate();
    },
  };
}
