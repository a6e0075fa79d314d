/**
 * Which parts of the page the reader looks at. What is out of sight is brought up to date when the page has nothing else
 * to do, so that a slider only pays for what can be seen.
 */
const looked = new WeakMap<Element, (seen: boolean) => void>();
let observer: IntersectionObserver | undefined;

const queue = new Set<() => void>();
let handle = 0;

function work(deadline: IdleDeadline): void {
  handle = 0;
  for (const task of queue) {
    queue.delete(task);
    task();
    if (deadline.timeRemaining() < 4) break;
  }
  if (queue.size > 0) schedule();
}

function schedule(): void {
  handle ||= requestIdleCallback(work, { timeout: 1000 });
}

export interface Attention {
  /** Does the task now if the element can be seen, otherwise soon; of several, the last one asked for counts once. */
  attend(): void;
  stop(): void;
}

export function attention(element: Element, task: () => void): Attention {
  let seen: boolean | undefined;
  let due = false;
  const perform = (): void => {
    if (!due) return;
    due = false;
    task();
  };
  observer ??= new IntersectionObserver(
    (entries) => entries.forEach(({ target, isIntersecting }) => looked.get(target)?.(isIntersecting)),
    { rootMargin: '120px' },
  );
  looked.set(element, (now) => {
    seen = now;
    if (seen) perform();
  });
  observer.observe(element);
  return {
    attend() {
      due = true;
      if (seen) return perform();
      queue.add(perform);
      schedule();
    },
    stop() {
      due = false;
      queue.delete(perform);
      observer?.unobserve(element);
    },
  };
}
