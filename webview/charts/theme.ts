/** Colours and type of the charts, read from the theme's CSS variables (see styles/theme.css). */
export interface ChartTheme {
  readonly text: string;
  readonly muted: string;
  readonly grid: string;
  readonly background: string;
  readonly surface: string;
  readonly border: string;
  /** First, second and third series. Never told apart by colour alone: marks and dashes differ too. */
  readonly series: readonly [string, string, string];
  readonly shade: string;
  /** Behind points: what is as good. */
  readonly band: string;
  readonly fontFamily: string;
  readonly fontSize: number;
}

let present: ChartTheme | undefined;
const listeners = new Set<() => void>();

/** The theme as it is; read once until it changes, as reading makes the browser settle all styles. */
export function readTheme(): ChartTheme {
  watch();
  return (present ??= themeOf(document.body));
}

/** Dark on white, whatever the editor's theme: for pictures that go into papers. */
export function paperTheme(): ChartTheme {
  const paper = document.createElement('div');
  paper.className = 'on-paper';
  document.body.append(paper);
  const theme = themeOf(paper);
  paper.remove();
  return theme;
}

function themeOf(element: Element): ChartTheme {
  const style = getComputedStyle(element);
  const read = (name: string): string => style.getPropertyValue(name).trim();
  return {
    text: read('--mixlaw-text'),
    muted: read('--mixlaw-muted'),
    grid: read('--mixlaw-grid'),
    background: read('--mixlaw-background'),
    surface: read('--mixlaw-surface'),
    border: read('--mixlaw-border'),
    series: [read('--mixlaw-series-1'), read('--mixlaw-series-2'), read('--mixlaw-series-3')],
    shade: read('--mixlaw-shade'),
    band: read('--mixlaw-band'),
    fontFamily: read('--mixlaw-font') || 'sans-serif',
    fontSize: Number.parseFloat(read('--mixlaw-chart-font-size')) || 11,
  };
}

/** Calls back when the theme changes: VS Code then swaps the class of the body and the variables on the root. */
export function onThemeChange(redraw: () => void): () => void {
  watch();
  listeners.add(redraw);
  return () => listeners.delete(redraw);
}

let watching = false;

function watch(): void {
  if (watching) return;
  watching = true;
  const observer = new MutationObserver(() => {
    const before = JSON.stringify(readTheme());
    present = undefined;
    if (JSON.stringify(readTheme()) === before) return;
    for (const redraw of listeners) redraw();
  });
  observer.observe(document.body, { attributes: true, attributeFilter: ['class'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
}
