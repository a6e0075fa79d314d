/**
 * `npm run l10n`: collects every text that the code shows through `vscode.l10n.t`, `t` or `plural` into
 * `l10n/bundle.l10n.json`, the file that translations (`bundle.l10n.<language>.json`) are made from.
 */
import { writeFileSync } from 'node:fs';
import { bundleText, collectTexts } from './texts';

const { texts, problems } = collectTexts();
for (const problem of problems) console.error(problem);
writeFileSync('l10n/bundle.l10n.json', bundleText(texts));
console.log(`${texts.length} texts`);
process.exitCode = problems.length > 0 ? 1 : 0;
