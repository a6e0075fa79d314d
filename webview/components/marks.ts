/** Marks of the series, as SVG paths on a 16 × 16 field; the same shapes chart.js draws by these names. */
export type Mark =
  | 'circle'
  | 'triangle'
  | 'rect'
  | 'line'
  | 'dashed'
  | 'dotted'
  | 'bar'
  | 'hollow-bar'
  | 'shade'
  | 'cross'
  | 'ring'
  | 'dot'
  | 'square'
  | 'filled-triangle'
  | 'diamond'
  | 'whisker'
  | 'band';

export const MARKS: Readonly<Record<Mark, string>> = {
  circle: 'M8 4a4 4 0 1 0 0 8a4 4 0 1 0 0-8Z',
  ring: 'M8 4a4 4 0 1 0 0 8a4 4 0 1 0 0-8Z',
  triangle: 'M8 3 13 12 3 12Z',
  rect: 'M4.5 4.5h7v7h-7Z',
  line: 'M1 8h14',
  dashed: 'M1 8h4M6.5 8h4M12 8h3',
  dotted: 'M1 8h2M5 8h2M9 8h2M13 8h2',
  bar: 'M2 4h12v8H2Z',
  'hollow-bar': 'M2 4h12v8H2Z',
  shade: 'M1 3h14v10H1Z',
  dot: 'M8 3.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9Z',
  square: 'M4.5 4.5h7v7h-7Z',
  'filled-triangle': 'M8 3 13 12 3 12Z',
  diamond: 'M8 3 13 8 8 13 3 8Z',
  whisker: 'M1 8h14M1.5 5v6M14.5 5v6',
  band: 'M1 5h14v6H1Z',
  cross: 'M4 4 12 12M12 4 4 12',
};

/** Marks that are drawn as strokes; the others are filled. */
export const STROKED: ReadonlySet<Mark> = new Set<Mark>([
  'line',
  'dashed',
  'dotted',
  'hollow-bar',
  'cross',
  'ring',
  'triangle',
  'square',
  'diamond',
  'whisker',
]);
