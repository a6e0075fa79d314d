import type { CaseResult } from './score';
import { summarize } from './score';

const WIDTH = 800;
const ROW = 26;
const LEFT = 235;
const TOP = 56;
const LEAST = 2e-4;

/** Regrets of all cases, a row a strategy (best first), on a logarithmic scale; the bar is the mean. */
export function picture(results: readonly CaseResult[]): string {
  const summary = summarize(results);
  const most = Math.max(...results.flatMap((r) => r.strategies.map((s) => s.regret)));
  const right = WIDTH - 90;
  const x = (regret: number): number =>
    LEFT + ((right - LEFT) * Math.log(Math.max(regret, LEAST) / LEAST)) / Math.log(most / LEAST);
  const height = TOP + ROW * summary.length + 40;
  const parts: string[] = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    `<text x="16" y="22" font-size="15" fill="#1f2328">Regret at the target scale, ${results.length} cases</text>`,
    `<text x="16" y="40" fill="#59636e">nats per byte above the best mixture found there (points: cases, bar: mean)</text>`,
  ];
  for (const tick of [3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1].filter((value) => value <= most)) {
    const at = x(tick).toFixed(1);
    parts.push(
      `<line x1="${at}" x2="${at}" y1="${TOP}" y2="${height - 34}" stroke="#d1d9e0"/>`,
      `<text x="${at}" y="${height - 16}" text-anchor="middle" fill="#59636e">${tick}</text>`,
    );
  }
  summary.forEach(({ strategy, meanRegret }, row) => {
    const y = TOP + ROW * row + ROW / 2;
    const color = strategy === 'recommended' ? '#0969da' : '#59636e';
    parts.push(`<text x="${LEFT - 10}" y="${y + 4}" text-anchor="end" fill="${color}">${strategy}</text>`);
    for (const result of results) {
      const regret = result.strategies.find((s) => s.strategy === strategy)!.regret;
      parts.push(`<circle cx="${x(regret).toFixed(1)}" cy="${y}" r="3" fill="${color}" fill-opacity="0.35"/>`);
    }
    const at = x(meanRegret).toFixed(1);
    parts.push(
      `<line x1="${at}" x2="${at}" y1="${y - 9}" y2="${y + 9}" stroke="${color}" stroke-width="3"/>`,
      `<text x="${WIDTH - 80}" y="${y + 4}" fill="${color}">${meanRegret.toFixed(4)}</text>`,
    );
  });
  parts.push('</svg>', '');
  return parts.join('\n');
}
