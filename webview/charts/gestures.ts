/** A pointer's place in a chart, as shares of the width and height inside the axes, from the lower left. */
export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** What the hand asks of a chart. */
export interface Handlers {
  /** Where a pointer is; undefined where the chart cannot be zoomed. */
  spotOf(event: MouseEvent): Spot | undefined;
  /** A rectangle is dragged to be looked at; otherwise dragging moves the chart. */
  framing(): boolean;
  zoomBy(factor: number, at: Spot): void;
  frame(from: Spot, to: Spot): void;
  panBy(x: number, y: number): void;
  reset(): void;
}

/** A hand that moves less than so many pixels clicks. */
const CLICK = 5;

/**
 * Zoom by pointer: drag a rectangle, turn the wheel with Ctrl (or with the chart in focus, so that scrolling past a
 * chart does not stop in it), double-click to reset. Returns whether the last press was a drag, which is no click.
 */
export function listenToHand(frame: HTMLElement, canvas: HTMLCanvasElement, handlers: Handlers): () => boolean {
  const box = document.createElement('div');
  box.className = 'zoom-box';
  box.hidden = true;
  frame.append(box);
  let start: { readonly x: number; readonly y: number; readonly spot: Spot } | undefined;
  let last: Spot | undefined;
  let dragged = false;

  canvas.addEventListener(
    'wheel',
    (event) => {
      if (!event.ctrlKey && !event.metaKey && document.activeElement !== canvas) return;
      const at = handlers.spotOf(event);
      if (!at) return;
      event.preventDefault();
      handlers.zoomBy(Math.exp(Math.max(-0.5, Math.min(0.5, event.deltaY * 0.002))), at);
    },
    { passive: false },
  );
  canvas.addEventListener('pointerdown', (event) => {
    dragged = false;
    const spot = event.button === 0 ? handlers.spotOf(event) : undefined;
    if (!spot) return;
    start = { x: event.offsetX, y: event.offsetY, spot };
    last = spot;
  });
  canvas.addEventListener('pointermove', (event) => {
    if (!start || !last) return;
    const [dx, dy] = [event.offsetX - start.x, event.offsetY - start.y];
    if (!dragged && Math.hypot(dx, dy) < CLICK) return;
    if (!dragged) canvas.setPointerCapture(event.pointerId);
    dragged = true;
    if (handlers.framing()) {
      box.hidden = false;
      box.style.left = `${Math.min(start.x, event.offsetX)}px`;
      box.style.top = `${Math.min(start.y, event.offsetY)}px`;
      box.style.width = `${Math.abs(dx)}px`;
      box.style.height = `${Math.abs(dy)}px`;
      return;
    }
    const spot = handlers.spotOf(event);
    if (spot) handlers.panBy(last.x - spot.x, last.y - spot.y);
    // Measured anew: what is under the hand stays there.
    last = handlers.spotOf(event) ?? last;
  });
  const release = (event: PointerEvent): void => {
    box.hidden = true;
    const spot = start && dragged ? handlers.spotOf(event) : undefined;
    const wide = start ? Math.abs(event.offsetX - start.x) > CLICK && Math.abs(event.offsetY - start.y) > CLICK : false;
    if (start && spot && wide && handlers.framing()) handlers.frame(start.spot, spot);
    start = undefined;
  };
  canvas.addEventListener('pointerup', release);
  canvas.addEventListener('pointercancel', () => {
    box.hidden = true;
    start = undefined;
  });
  canvas.addEventListener('dblclick', () => handlers.reset());
  return () => dragged;
}
