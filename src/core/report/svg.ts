import { shown, type Axis, type Drawing, type Shape } from './blocks';

const WIDTH = 760;
const RIGHT = 16;
const TOP = 8;
const BOTTOM = 44;
const ROW_HEIGHT = 20;
const SQUARE_HEIGHT = 420;
const LEFT_OF_NUMBERS = 64;
const LEFT_OF_NAMES = 190;
/** As many letters of a name as fit left of the rows. */
const NAME_LENGTH = 25;

/** A drawing as an SVG element. Colours and type come from classes, so that the page's theme decides. */
export function svgOf({ x, y, marks, reference }: Drawing, label: string, escape: (text: string) => string): string {
  const named = isNames(y) ? y : undefined;
  const left = named ? LEFT_OF_NAMES : LEFT_OF_NUMBERS;
  const height = TOP + BOTTOM + (named ? Math.max(3, named.length) * ROW_HEIGHT : SQUARE_HEIGHT);
  const bottom = height - BOTTOM;
  const right = WIDTH - RIGHT;
  const px = (value: number): number => left + ((value - x.low) / (x.high - x.low)) * (right - left);
  const py = isNames(y)
    ? (row: number): number => TOP + (row + 0.5) * ROW_HEIGHT
    : (value: number): number => bottom - ((value - y.low) / (y.high - y.low)) * (bottom - TOP);
  const line = (name: string, x1: number, y1: number, x2: number, y2: number): string =>
    `<line class="${name}" x1="${r(x1)}" y1="${r(y1)}" x2="${r(x2)}" y2="${r(y2)}"/>`;
  const words = (at: readonly [number, number], anchor: string, content: string, name = 'label'): string =>
    `<text class="${name}" x="${r(at[0])}" y="${r(at[1])}" text-anchor="${anchor}">${escape(content)}</text>`;
  const parts: string[] = [];
  for (let row = 1; row < (named?.length ?? 0); row += 2) {
    const box = `x="${left}" y="${r(py(row) - ROW_HEIGHT / 2)}" width="${right - left}" height="${ROW_HEIGHT}"`;
    parts.push(`<rect class="stripe" ${box}/>`);
  }
  for (const tick of ticks(x)) {
    parts.push(line('grid', px(tick), TOP, px(tick), bottom));
    parts.push(words([px(tick), bottom + 16], 'middle', x.format(tick)));
  }
  parts.push(words([(left + right) / 2, height - 8], 'middle', x.title, 'axis'));
  if (isNames(y)) {
    y.forEach((name, row) => {
      const title = `<title>${escape(shown(name))}</title>`;
      const cut = escape(middleCut(shown(name), NAME_LENGTH));
      parts.push(`<text class="label" x="${left - 8}" y="${r(py(row) + 4)}" text-anchor="end">${title}${cut}</text>`);
    });
  } else {
    for (const tick of ticks(y)) {
      parts.push(line('grid', left, py(tick), right, py(tick)));
      parts.push(words([left - 8, py(tick) + 4], 'end', y.format(tick)));
    }
    parts.push(
      `<text class="axis" transform="translate(14 ${r((TOP + bottom) / 2)}) rotate(-90)" text-anchor="middle">${escape(y.title)}</text>`,
    );
  }
  if (reference === 'zero') parts.push(line('reference', px(0), TOP, px(0), bottom));
  if (reference === 'diagonal') parts.push(line('reference', px(x.low), py(x.low), px(x.high), py(x.high)));
  parts.push(...marks.map((mark) => shape(mark, px, py)));
  parts.push(line('frame', left, bottom, right, bottom));
  const box = `viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}"`;
  return `<svg ${box} role="img" aria-label="${escape(label)}">${parts.join('')}</svg>`;
}

function shape(mark: Shape, px: (x: number) => number, py: (y: number) => number): string {
  const y = py(mark.y);
  switch (mark.mark) {
    case 'bar': {
      const [from, to] = [px(mark.from), px(mark.to)];
      return `<rect class="bar" x="${r(from)}" y="${r(y - 6)}" width="${r(Math.max(0.5, to - from))}" height="12"/>`;
    }
    case 'whisker': {
      const [from, to] = [px(mark.from), px(mark.to)];
      return `<path class="whisker" d="M${r(from)} ${r(y)}H${r(to)}M${r(from)} ${r(y - 4)}v8M${r(to)} ${r(y - 4)}v8"/>`;
    }
    case 'filled':
      return `<circle class="filled" cx="${r(px(mark.x))}" cy="${r(y)}" r="2.5"/>`;
    case 'open':
      return `<path class="open" d="M${r(px(mark.x))} ${r(y - 4.5)}l4 7h-8Z"/>`;
    case 'diamond':
      return `<path class="diamond" d="M${r(px(mark.x))} ${r(y - 5)}l5 5l-5 5l-5-5Z"/>`;
  }
}

const isNames = (y: Drawing['y']): y is readonly string[] => Array.isArray(y);

/** Two decimals of a pixel are enough, and the same on every machine. */
const r = (value: number): string => String(Math.round(value * 100) / 100);

/** Four to nine round numbers (1, 2 or 5 times a power of ten) within the axis. */
export function ticks({ low, high }: Pick<Axis, 'low' | 'high'>): number[] {
  const span = high - low;
  if (!(span > 0) || !Number.isFinite(span)) return [];
  const power = 10 ** Math.floor(Math.log10(span / 5));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => span / candidate <= 8) as number;
  const found: number[] = [];
  for (let i = Math.ceil(low / step); i * step <= high + 1e-9 * span; i++)
    found.push(Number((i * step).toPrecision(12)));
  return found;
}

/** Names that differ at their end stay apart. */
function middleCut(name: string, length: number): string {
  const letters = Array.from(name);
  if (letters.length <= length) return name;
  const tail = Math.floor((length - 1) / 2);
  return `${letters.slice(0, length - 1 - tail).join('')}…${letters.slice(letters.length - tail).join('')}`;
}
