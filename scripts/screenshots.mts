/**
 * `npm run screenshots`: takes the pictures of the README from those that `npm start -- --headless` and the webview tests
 * have left in `out/screenshots`, with a palette, so that each is at most 150 KB.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { withPalette } from './palette';

const FROM = 'out/screenshots';
const TO = 'media/screenshots';
const MOST_BYTES = 150_000;

/** Name in the README → picture. */
const CHOSEN: Readonly<Record<string, string>> = {
  'recommend-light': '2-recommend-light',
  'data-light': '3-data-light',
  'explore-light': '3-explore-light',
  'hover-light': '4-hover-light',
  'hover-dark': '4-hover-dark',
  'apply-light': '5-apply-light',
  'workspace-light': '7-workspace-light',
  'workspace-dark': '7-workspace-dark',
};

mkdirSync(TO, { recursive: true });
for (const [name, picture] of Object.entries(CHOSEN)) {
  const small = withPalette(readFileSync(path.join(FROM, `${picture}.png`)));
  if (small.length > MOST_BYTES) throw new Error(`${name}.png has ${small.length} bytes, more than ${MOST_BYTES}.`);
  writeFileSync(path.join(TO, `${name}.png`), small);
  console.log(`${name}.png  ${Math.round(small.length / 1000)} KB`);
}
