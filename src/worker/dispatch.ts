import { MixlawError } from '../core/errors';
import type { FitProgress } from '../core/fit/types';
import type { Call, CallArgument, CallName, CallResult, Reply } from './protocol';
import { Throttle } from './throttle';

/** One function for each call: pure but for the files it reads, so that any thread can run it. */
export type CallHandlers = {
  readonly [N in CallName]: (
    argument: CallArgument<N>,
    onProgress: (progress: FitProgress) => void,
  ) => CallResult<N> | Promise<CallResult<N>>;
};

const PROGRESS_INTERVAL_MS = 50;

/** Runs one call and sends its progress and its one answer. Never rejects: whatever goes wrong is an answer too. */
export async function answer<N extends CallName>(
  call: Call<N>,
  handlers: CallHandlers,
  send: (reply: Reply) => void,
): Promise<void> {
  const { id } = call;
  const progress = new Throttle<FitProgress>(
    (value) => send({ id, type: 'progress', progress: value }),
    PROGRESS_INTERVAL_MS,
  );
  try {
    const handler: CallHandlers[N] | undefined = handlers[call.name];
    if (!handler) throw new Error(`No such call: ${call.name}`);
    const value = await handler(call.argument, (step) => progress.push(step));
    progress.flush();
    send({ id, type: 'ok', value });
  } catch (error) {
    if (error instanceof MixlawError) {
      send({ id, type: 'error', error: error.toJSON() });
    } else {
      const { message, stack } = error instanceof Error ? error : new Error(String(error));
      send({ id, type: 'defect', message, stack: stack ?? '' });
    }
  }
}
