/** The report's style sheet: the reader's light or dark, print always light. Contrast of text at least 4.5 : 1 in both. */
export const STYLE = `:root {
  --text: #1f2328; --muted: #57606a; --page: #ffffff; --line: #d0d7de; --grid: #e4e7eb; --stripe: #f6f8fa;
  --first: #0060b0; --second: #b8460a; --third: #00755e; --bar: #9cc3e6; --warning: #8a5a00; --link: #0060b0;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #d8dee4; --muted: #a3adb8; --page: #16191d; --line: #3d444d; --grid: #2a2f36; --stripe: #1d2126;
    --first: #56b4e9; --second: #e69f00; --third: #2bc4a0; --bar: #2d5f83; --warning: #e0b040; --link: #6cb6ff;
  }
}
@media print {
  :root {
    --text: #000000; --muted: #333333; --page: #ffffff; --line: #999999; --grid: #dddddd; --stripe: #ffffff;
    --first: #0060b0; --second: #b8460a; --third: #00755e; --bar: #9cc3e6; --warning: #6a4500; --link: #000000;
  }
}
* { box-sizing: border-box; }
html { background: var(--page); color: var(--text); font: 15px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
body { max-width: 62rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; margin: 2.2rem 0 0.6rem; padding-top: 0.6rem; border-top: 1px solid var(--line); }
p { margin: 0.5rem 0; overflow-wrap: anywhere; }
a { color: var(--link); }
.subtitle, .note, figcaption { color: var(--muted); }
.note { font-size: 0.87rem; }
nav ol { columns: 2; margin: 1rem 0 0; padding-left: 1.4rem; }
.notice { border-left: 4px solid var(--line); padding: 0.4rem 0.8rem; background: var(--stripe); }
.notice.warning { border-left-color: var(--warning); }
figure { margin: 1rem 0; break-inside: avoid; }
figcaption strong { color: var(--text); }
.scroll { overflow-x: auto; margin: 0.8rem 0 0; }
.scroll:focus-visible, pre:focus-visible { outline: 2px solid var(--first); outline-offset: 2px; }
table { border-collapse: collapse; font-size: 0.87rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding: 0.3rem 0; }
th, td { padding: 0.22rem 0.7rem; border-bottom: 1px solid var(--grid); text-align: left; vertical-align: top; white-space: nowrap; }
th { font-weight: 600; }
tbody th { font-weight: 400; max-width: 24rem; white-space: normal; overflow-wrap: anywhere; min-width: 8rem; }
thead th { border-bottom: 1px solid var(--line); }
.number { text-align: right; min-width: 0; }
.prose { white-space: normal; min-width: 14rem; overflow-wrap: anywhere; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 0.2rem 1.2rem; margin: 0.3rem 0; padding: 0; font-size: 0.87rem; }
svg { display: block; }
.legend svg { display: inline-block; vertical-align: -1px; }
svg .label { fill: var(--text); font-size: 11px; }
svg .axis { fill: var(--muted); font-size: 12px; }
svg .grid { stroke: var(--grid); }
svg .stripe { fill: var(--stripe); }
svg .frame { stroke: var(--line); }
svg .reference { stroke: var(--muted); stroke-dasharray: 5 4; }
svg .bar { fill: var(--bar); stroke: var(--first); }
svg .whisker { fill: none; stroke: var(--text); stroke-width: 1.2; }
svg .filled { fill: var(--first); fill-opacity: 0.7; }
svg .open { fill: none; stroke: var(--second); stroke-width: 1.3; }
svg .diamond { fill: var(--page); stroke: var(--third); stroke-width: 1.5; }
pre { background: var(--stripe); border: 1px solid var(--line); padding: 0.7rem 0.9rem; overflow-x: auto; margin: 0.4rem 0 0; font-size: 0.85rem; }
@media print {
  body { max-width: none; padding: 0; }
  html { font-size: 10.5pt; }
  .scroll { overflow: visible; }
  svg { max-width: 100%; height: auto; }
  tr, .notice { break-inside: avoid; }
  thead { display: table-header-group; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; }
  nav { display: none; }
}
`;

/** SHA-256 of the style sheet: the page's policy lets this one in and no other. */
export const STYLE_HASH = 'HpxnbNOany20TqS39yp/Y1rhpU3Rz5PK3sNBTcPzCXI=';
