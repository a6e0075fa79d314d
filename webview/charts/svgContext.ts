/**
 * A stand-in for a canvas's 2D context that writes down what is drawn on it as SVG. It knows what chart.js and the
 * charts' own backdrops use; colours, fonts and text widths come from a real context, so that both look the same.
 */
type Matrix = readonly [number, number, number, number, number, number];

/** What `save` keeps. */
const KEPT = [
  'fillStyle', 'strokeStyle', 'lineWidth', 'lineCap', 'lineJoin', 'globalAlpha', 'font', 'textAlign', 'textBaseline',
  'matrix', 'clipId', 'dash',
] as const; // prettier-ignore
type State = Pick<SvgContext, (typeof KEPT)[number]>;

const IDENTITY: Matrix = [1, 0, 0, 1, 0, 0];

const multiply = (m: Matrix, n: Matrix): Matrix => [
  m[0] * n[0] + m[2] * n[1],
  m[1] * n[0] + m[3] * n[1],
  m[0] * n[2] + m[2] * n[3],
  m[1] * n[2] + m[3] * n[3],
  m[0] * n[4] + m[2] * n[5] + m[4],
  m[1] * n[4] + m[3] * n[5] + m[5],
];

const short = (value: number): string => String(Number(value.toFixed(2)));

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
/** Text for SVG: characters that XML does not allow are left out. */
export const escapeXml = (text: string): string =>
  text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replace(/[&<>"]/g, (c) => ESCAPES[c] ?? c);

/** How far below a baseline's own height text is written, in parts of its size: viewers differ in `dominant-baseline`. */
const BASELINES: Readonly<Record<string, number>> = { top: 0.82, hanging: 0.82, middle: 0.35, bottom: -0.2 };
const ANCHORS: Readonly<Record<string, string>> = { center: 'middle', right: 'end', end: 'end' };

export class SvgContext {
  private readonly elements: string[] = [];
  private readonly clips: string[] = [];
  private readonly stack: State[] = [];
  private path = '';
  fillStyle = '#000000';
  strokeStyle = '#000000';
  lineWidth = 1;
  lineCap = 'butt';
  lineJoin = 'miter';
  globalAlpha = 1;
  font = '10px sans-serif';
  textAlign = 'start';
  textBaseline = 'alphabetic';
  matrix: Matrix = IDENTITY;
  clipId = '';
  dash: readonly number[] = [];
  /** Where (0, 0) of what is drawn next lies on the page; `setTransform` starts from here. */
  private origin: Matrix = IDENTITY;
  lineDashOffset = 0;
  miterLimit = 10;
  /** chart.js asks for the canvas of a context. */
  canvas: object | undefined;

  constructor(
    private readonly real: CanvasRenderingContext2D,
    readonly width: number,
    readonly height: number,
  ) {}

  /** The whole picture; `title` and `description` are what a screen reader says. */
  toString(title: string, description: string): string {
    const { width, height } = this;
    return [
      `<svg xmlns="http://www.w3.org/2000/svg" width="${short(width)}" height="${short(height)}" viewBox="0 0 ${short(width)} ${short(height)}" role="img">`,
      `<title>${escapeXml(title)}</title>`,
      `<desc>${escapeXml(description)}</desc>`,
      ...(this.clips.length > 0 ? [`<defs>${this.clips.join('')}</defs>`] : []),
      ...this.elements,
      '</svg>\n',
    ].join('\n');
  }

  moveOrigin(x: number, y: number): void {
    this.origin = [1, 0, 0, 1, x, y];
    this.matrix = this.origin;
  }

  save(): void {
    this.stack.push(Object.fromEntries(KEPT.map((name) => [name, this[name]])) as unknown as State);
  }
  restore(): void {
    Object.assign(this, this.stack.pop());
  }

  translate(x: number, y: number): void {
    this.transform(1, 0, 0, 1, x, y);
  }
  rotate(angle: number): void {
    this.transform(Math.cos(angle), Math.sin(angle), -Math.sin(angle), Math.cos(angle), 0, 0);
  }
  scale(x: number, y: number): void {
    this.transform(x, 0, 0, y, 0, 0);
  }
  transform(...matrix: [number, number, number, number, number, number]): void {
    this.matrix = multiply(this.matrix, matrix);
  }
  setTransform(...matrix: [number, number, number, number, number, number]): void {
    this.matrix = multiply(this.origin, matrix);
  }
  resetTransform(): void {
    this.matrix = this.origin;
  }

  beginPath(): void {
    this.path = '';
  }
  closePath(): void {
    if (this.path !== '') this.path += 'Z';
  }
  moveTo(x: number, y: number): void {
    this.path += `M${this.at(x, y)}`;
  }
  lineTo(x: number, y: number): void {
    this.path += `${this.path === '' ? 'M' : 'L'}${this.at(x, y)}`;
  }
  bezierCurveTo(ax: number, ay: number, bx: number, by: number, x: number, y: number): void {
    this.path += `C${this.at(ax, ay)} ${this.at(bx, by)} ${this.at(x, y)}`;
  }
  quadraticCurveTo(ax: number, ay: number, x: number, y: number): void {
    this.path += `Q${this.at(ax, ay)} ${this.at(x, y)}`;
  }
  rect(x: number, y: number, width: number, height: number): void {
    this.path += `M${this.at(x, y)}L${this.at(x + width, y)}L${this.at(x + width, y + height)}L${this.at(x, y + height)}Z`;
  }
  arc(x: number, y: number, radius: number, from: number, to: number, counter = false): void {
    this.ellipse(x, y, radius, radius, 0, from, to, counter);
  }
  ellipse(x: number, y: number, rx: number, ry: number, turn: number, from: number, to: number, counter = false): void {
    const point = (angle: number): string => {
      const [dx, dy] = [rx * Math.cos(angle), ry * Math.sin(angle)];
      return this.at(x + dx * Math.cos(turn) - dy * Math.sin(turn), y + dx * Math.sin(turn) + dy * Math.cos(turn));
    };
    const sweep = counter ? 0 : 1;
    // In three parts at least: a whole circle begins where it ends.
    const parts = 3;
    this.path += `${this.path === '' || this.path.endsWith('Z') ? 'M' : 'L'}${point(from)}`;
    for (let i = 1; i <= parts; i++) {
      const angle = from + ((to - from) * i) / parts;
      this.path += `A${short(rx)} ${short(ry)} ${short((turn * 180) / Math.PI)} 0 ${sweep} ${point(angle)}`;
    }
  }

  fill(rule?: CanvasFillRule): void {
    const holes = rule === 'evenodd' ? ' fill-rule="evenodd"' : '';
    this.draw(`${this.paint('fill', this.fillStyle)} stroke="none"${holes}`);
  }
  stroke(): void {
    this.draw(`fill="none" ${this.strokePaint()}`);
  }
  /** Draws a path that is written as SVG writes it, for marks. */
  drawPath(d: string, stroked: boolean): void {
    const paint = stroked ? `fill="none" ${this.strokePaint()}` : `${this.paint('fill', this.fillStyle)} stroke="none"`;
    this.draw(`${paint} transform="matrix(${this.matrix.map(short).join(' ')})"`, d);
  }
  clip(): void {
    const id = `clip-${this.clips.length + 1}`;
    this.clips.push(`<clipPath id="${id}"${this.clipAttribute()}><path d="${this.path}"/></clipPath>`);
    this.clipId = id;
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    const kept = this.path;
    this.path = '';
    this.rect(x, y, width, height);
    this.fill();
    this.path = kept;
  }
  strokeRect(x: number, y: number, width: number, height: number): void {
    const kept = this.path;
    this.path = '';
    this.rect(x, y, width, height);
    this.stroke();
    this.path = kept;
  }
  /** chart.js clears before it draws; here nothing has been drawn by then. */
  clearRect(): void {}

  fillText(text: string, x: number, y: number): void {
    this.write(text, x, y, this.paint('fill', this.fillStyle));
  }
  strokeText(text: string, x: number, y: number): void {
    this.write(text, x, y, `fill="none" ${this.strokePaint()}`);
  }
  measureText(text: string): TextMetrics {
    this.real.font = this.font;
    return this.real.measureText(text);
  }

  setLineDash(dash: readonly number[]): void {
    this.dash = [...dash];
  }
  getLineDash(): readonly number[] {
    return this.dash;
  }

  private draw(paint: string, d = this.path): void {
    if (d !== '') this.elements.push(`<path d="${d}" ${paint}${this.clipAttribute()}/>`);
  }

  private write(text: string, x: number, y: number, paint: string): void {
    const { font, textAlign, textBaseline, matrix: transform } = this;
    const size = Number(/([\d.]+)px/.exec(font)?.[1] ?? 10);
    const weight = /\b(bold|[6-9]00)\b/.test(font) ? ' font-weight="bold"' : '';
    const family = font.replace(/^.*?[\d.]+px(?:\/\S+)?\s*/, '').replaceAll('"', "'");
    const anchor = ANCHORS[textAlign];
    const turned = transform[1] !== 0 || transform[2] !== 0;
    const below = size * (BASELINES[textBaseline] ?? 0);
    const place = turned
      ? `x="${short(x)}" y="${short(y + below)}" transform="matrix(${transform.map((v) => String(Number(v.toFixed(4)))).join(' ')})"`
      : `x="${short(x * transform[0] + transform[4])}" y="${short((y + below) * transform[3] + transform[5])}"`;
    this.elements.push(
      `<text ${place} font-family="${escapeXml(family)}" font-size="${short(size)}"${weight}${anchor ? ` text-anchor="${anchor}"` : ''} ${paint}${this.clipAttribute()}>${escapeXml(text)}</text>`,
    );
  }

  private at(x: number, y: number): string {
    const [a, b, c, d, e, f] = this.matrix;
    return `${short(a * x + c * y + e)} ${short(b * x + d * y + f)}`;
  }

  private clipAttribute(): string {
    return this.clipId === '' ? '' : ` clip-path="url(#${this.clipId})"`;
  }

  private strokePaint(): string {
    const { strokeStyle, lineWidth, dash, lineCap, lineJoin } = this;
    const dashes = dash.length > 0 ? ` stroke-dasharray="${dash.map(short).join(' ')}"` : '';
    return `${this.paint('stroke', strokeStyle)} stroke-width="${short(lineWidth)}"${dashes} stroke-linecap="${lineCap}" stroke-linejoin="${lineJoin}"`;
  }

  /** Any CSS colour as every viewer of SVG knows it: #rrggbb and an opacity. */
  private paint(what: 'fill' | 'stroke', color: string): string {
    this.real.fillStyle = '#000000';
    this.real.fillStyle = color;
    const known = this.real.fillStyle;
    const [, r, g, b, a] = /^rgba\((\d+), (\d+), (\d+), ([\d.]+)\)$/.exec(known) ?? [];
    const hex = (value: string | undefined): string => Number(value).toString(16).padStart(2, '0');
    const solid = r === undefined ? known : `#${hex(r)}${hex(g)}${hex(b)}`;
    const opacity = (r === undefined ? 1 : Number(a)) * this.globalAlpha;
    return `${what}="${solid}"${opacity < 1 ? ` ${what}-opacity="${short(opacity)}"` : ''}`;
  }
}
