/** What an element is made with. Text only ever enters the page as text nodes: nothing here parses markup. */
export interface Properties {
  readonly class?: string;
  readonly title?: string;
  /** Attributes; `true` sets an empty one, `false` and undefined leave it out. */
  readonly attributes?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly on?: Readonly<Record<string, (event: Event) => void>>;
}

export type Child = Node | string | undefined | false;

/** An element with its properties and children; strings become text nodes. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Properties = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  apply(element, properties);
  append(element, children);
  return element;
}

export function apply(element: Element, properties: Properties): void {
  if (properties.class) element.setAttribute('class', properties.class);
  if (properties.title) element.setAttribute('title', properties.title);
  for (const [name, value] of Object.entries(properties.attributes ?? {})) setAttribute(element, name, value);
  for (const [name, listener] of Object.entries(properties.on ?? {})) element.addEventListener(name, listener);
}

export function setAttribute(element: Element, name: string, value: string | number | boolean | undefined): void {
  if (value === undefined || value === false) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? '' : String(value));
}

function append(parent: Element, children: readonly Child[]): void {
  for (const child of children) if (child !== undefined && child !== false) parent.append(child);
}

/** Replaces the children of an element. */
export function fill(parent: Element, ...children: Child[]): void {
  parent.replaceChildren();
  append(parent, children);
}

/** Writes a text only where it is another: every write makes the browser lay out anew. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

const styles = new WeakMap<HTMLElement, Map<string, string>>();

/** Likewise a style. Remembers what it wrote: the browser gives it back in its own words. */
export function setStyle(element: HTMLElement, name: string, value: string): void {
  const written = styles.get(element) ?? new Map<string, string>();
  styles.set(element, written);
  if (written.get(name) === value) return;
  written.set(name, value);
  element.style.setProperty(name, value);
}

/** Replaces those children of an element that differ from the new ones'. */
export function renew(parent: Element, fresh: Element): void {
  const children = Array.from(fresh.children);
  if (parent.children.length !== children.length) return parent.replaceChildren(...children);
  children.forEach((child, i) => {
    const old = parent.children[i];
    if (old && !old.isEqualNode(child)) old.replaceWith(child);
  });
}

/** A text that is cut with an ellipsis where space is short, whole in its tooltip. */
export const clipped = (text: string, className = ''): HTMLSpanElement =>
  el('span', { class: `clip ${className}`.trim(), title: text }, text);

/** Names longer than this are cut in their middle; so many characters of the end stay. */
const LONG_NAME = 20;
const KEPT_END = 6;

/** A name that is cut in its middle where space is short: sweeps have many that begin alike. Whole in its tooltip. */
export function clippedName(name: string): HTMLSpanElement {
  if (name.length <= LONG_NAME) return clipped(name);
  const end = name.length - KEPT_END;
  const [head, tail] = [name.slice(0, end), name.slice(end)];
  return el('span', { class: 'clip-name', title: name }, el('span', { class: 'clip' }, head), el('span', {}, tail));
}

let count = 0;
/** An id no other element of the page has. */
export const uniqueId = (prefix: string): string => `${prefix}-${++count}`;

/** A small drawing made of one path, for icons and legend marks (`viewBox` 0 0 16 16). */
export function icon(path: string, className = 'icon'): SVGSVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('class', className);
  svg.setAttribute('aria-hidden', 'true');
  const shape = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  shape.setAttribute('d', path);
  svg.append(shape);
  return svg;
}
