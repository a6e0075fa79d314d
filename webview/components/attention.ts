/**
 * Which parts of the page the reader looks at. What is out of sight is brought up to date when the page has nothing else
 * to do, so that a slider only pays for what can be seen.
 */
const looked = new WeakMap<Element, (seen: boolean) => void>();
let observer: IntersectionObserver | undefined;

type Task = () => void;

/** Done when the page is idle. */
const later = new Set<Task>();
let handle = 0;

function work(deadline: IdleDeadline): void {
  handle = 0;
  if (held) return;
  for (const task of later) {
    later.delete(task);
    task();
    if (deadline.timeRemaining() < 4) break;
  }
  if (later.size > 0) schedule();
}

function schedule(): void {
  if (!held) handle ||= requestIdleCallback(work, { timeout: 1000 });
}

/** While something is dragged, what is out of sight waits: the next frame is more urgent. */
let held = false;
window.addEventListener('pointerdown', () => (held = true), { capture: true });
for (const end of ['pointerup', 'pointercancel', 'blur']) {
  window.addEventListener(
    end,
    () => {
      held = false;
      if (later.size > 0) schedule();
    },
    { capture: true },
  );
}

/** Done one by one, so that the page can answer in between. */
const next = new Set<Task>();
const { port1: turn, port2: turns } = new MessageChannel();
turn.onmessage = () => {
  const [task] = next;
  if (!task) return;
  next.delete(task);
  if (next.size > 0) turns.postMessage(undefined);
  task();
};

function afterThis(task: Task): void {
  next.add(task);
  if (next.size === 1) turns.postMessage(undefined);
}

export interface Attention {
  /** Does the task now if the element can be seen, otherwise soon; of several, the last one asked for counts once. */
  attend(): void;
  /** As `attend`, but lets the page answer first. */
  postpone(): void;
  stop(): void;
}

export function attention(element: Element, task: Task): Attention {
  let seen: boolean | undefined;
  let due = false;
  const perform = (): void => {
    if (!due) return;
    due = false;
    task();
  };
  const wait = (): void => {
    due = true;
    if (seen) return afterThis(perform);
    later.add(perform);
    schedule();
  };
  observer ??= new IntersectionObserver(
    (entries) => entries.forEach(({ target, isIntersecting }) => looked.get(target)?.(isIntersecting)),
    { rootMargin: '120px' },
  );
  looked.set(element, (now) => {
    seen = now;
    if (seen && due) afterThis(perform);
  });
  observer.observe(element);
  return {
    attend() {
      if (!seen) return wait();
      due = true;
      perform();
    },
    postpone: wait,
    stop() {
      due = false;
      later.delete(perform);
      next.delete(perform);
      observer?.unobserve(element);
    },
  };
}
