/** `npm run schema`: writes the JSON schema that the editor checks and completes fit documents with. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { fitDocumentJsonSchema, SCHEMA_PATH } from './fit-document-schema';

const options = await resolveConfig(SCHEMA_PATH);
const text = await format(JSON.stringify(fitDocumentJsonSchema()), { ...options, filepath: SCHEMA_PATH });
mkdirSync(dirname(SCHEMA_PATH), { recursive: true });
writeFileSync(SCHEMA_PATH, text);
console.log(`wrote ${SCHEMA_PATH}`);
