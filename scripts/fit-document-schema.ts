import { toJsonSchema } from '@valibot/to-json-schema';
import { fitDocumentSchema } from '../src/core/fitfile/schema';

/** Where the schema is contributed from, relative to the project. */
export const SCHEMA_PATH = 'media/schemas/mixlaw.schema.json';

/** The JSON schema of fit documents, made from the one schema in the code. */
export function fitDocumentJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = toJsonSchema(fitDocumentSchema, { typeMode: 'input', target: 'draft-07' });
  const title = 'Mixlaw fit document';
  const description = 'A data-mixing law fitted to proxy runs, with the recommended mixture.';
  return { $schema, title, description, ...schema };
}
