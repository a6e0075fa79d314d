import { t } from '../l10n';
import { parseTree, type Node } from 'jsonc-parser';
import { FitDocumentError } from '../errors';
import { quoted } from '../words';
import { layOut } from './layout';
import type { NamedMixture } from './types';

/**
 * The text of a fit document with these what-if mixtures in place of those it holds. Every other byte stays, whoever laid
 * the document out. Without mixtures the property goes.
 * @throws FitDocumentError `invalid-json` for a text that is no JSON object
 */
export function withWhatIfs(text: string, fileName: string, whatIfs: readonly NamedMixture[]): string {
  const root = parseTree(text);
  const properties = root?.type === 'object' ? (root.children ?? []) : [];
  const last = properties.at(-1);
  if (!last) {
    throw new FitDocumentError(
      'invalid-json',
      t('{0} is no JSON object.', quoted(fileName)),
      t('Fit the results again to write the document anew.'),
      { file: fileName },
    );
  }
  const known = properties.find((property) => property.children?.[0]?.value === 'whatIfs');
  if (whatIfs.length === 0) return known ? without(text, known, properties) : text;
  const named = whatIfs.map(({ name, mixture }) => ({ name, mixture: [...mixture] }));
  const value = layOut(named).trimEnd().replaceAll('\n', '\n  ');
  const old = known?.children?.[1];
  if (old) return text.slice(0, old.offset) + value + text.slice(endOf(old));
  return `${text.slice(0, endOf(last))},\n  "whatIfs": ${value}${text.slice(endOf(last))}`;
}

const endOf = ({ offset, length }: Node): number => offset + length;

/** The text without a property and the comma that joined it to its neighbour. */
function without(text: string, property: Node, properties: readonly Node[]): string {
  const at = properties.indexOf(property);
  const before = properties[at - 1];
  const after = properties[at + 1];
  if (before) return text.slice(0, endOf(before)) + text.slice(endOf(property));
  return text.slice(0, property.offset) + text.slice(after ? after.offset : endOf(property));
}
