/** What is used of `yaml`, a file of its own when bundled: nothing else of the package ships. */
export { isAlias, isNode, isPair, isScalar, isSeq, parseAllDocuments, parseDocument } from 'yaml';
export type { Document, ParsedNode } from 'yaml';
