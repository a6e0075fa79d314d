/** A report before it has a format: sections of blocks, all text plain. Whatever writes it escapes it. */
export interface ReportContent {
  readonly title: string;
  readonly subtitle: string;
  readonly sections: readonly Section[];
}

export interface Section {
  readonly title: string;
  readonly blocks: readonly Block[];
}

export type Block =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'notice'; readonly severity: 'warning' | 'info'; readonly text: string }
  | TableBlock
  | ChartBlock
  | { readonly kind: 'commands'; readonly caption: string; readonly lines: readonly string[] };

export interface TableBlock {
  readonly kind: 'table';
  readonly caption: string;
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly string[])[];
  /** Stands under the table: what was left out, what a column means. */
  readonly note?: string;
}

export interface TableColumn {
  readonly header: string;
  /** `prose` may wrap. */
  readonly align: 'text' | 'number' | 'prose';
}

/** A drawing whose numbers a table beside it has too. */
export interface ChartBlock {
  readonly kind: 'chart';
  readonly title: string;
  /** What is drawn, in which unit: the caption, and what a screen reader says. */
  readonly caption: string;
  readonly legend: readonly { readonly mark: Mark; readonly label: string }[];
  readonly drawing: Drawing;
}

export type Mark = 'bar' | 'whisker' | 'filled' | 'open' | 'diamond';

/** Marks on axes; the writer of a format knows how they look. */
export interface Drawing {
  readonly x: Axis;
  /** Named rows from the top, or numbers from the bottom. */
  readonly y: Axis | readonly string[];
  readonly marks: readonly Shape[];
  /** Reference lines: the diagonal of equal values, or a vertical at x = 0. */
  readonly reference?: 'diagonal' | 'zero';
}

export interface Axis {
  readonly title: string;
  readonly low: number;
  readonly high: number;
  readonly format: (value: number) => string;
}

/** `y` is a position on the axis, or the number of a row (fractions fall between rows). */
export type Shape =
  | { readonly mark: 'bar' | 'whisker'; readonly y: number; readonly from: number; readonly to: number }
  | { readonly mark: 'filled' | 'open' | 'diamond'; readonly x: number; readonly y: number };

export const text = (header: string): TableColumn => ({ header, align: 'text' });
export const number = (header: string): TableColumn => ({ header, align: 'number' });
export const prose = (header: string): TableColumn => ({ header, align: 'prose' });

/** Text of a file's as it may be shown: without characters that would break lines or turn their direction. */
export const shown = (value: string): string =>
  value.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\ufffd').replace(/\ufffd{2,}/g, '\ufffd');
