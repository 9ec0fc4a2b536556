import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { type DocumentType, documentSchemas } from '../../src/cli/documents/all-documents.ts';

const ajv = new Ajv2020({ allErrors: true, strict: false });
formats.default(ajv);
const CHECKS = Object.fromEntries(
  Object.entries(documentSchemas({ strict: true })).map(([type, schema]) => [
    type,
    ajv.compile(schema),
  ]),
) as Record<DocumentType, ReturnType<typeof ajv.compile>>;

/**
 * Parses the documents that a command printed with `--json`. Throws if one of them does not have the schema of its
 * type, or has a field that the schema does not name.
 */
export function readDocuments(stdout: string): { readonly type: DocumentType }[] {
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => {
    const document = JSON.parse(line) as { readonly type: DocumentType };
    const check = CHECKS[document.type];
    if (check === undefined) throw new Error(`No schema has the type ${document.type}: ${line}`);
    if (check(document)) return document;
    const problems = check.errors?.map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    );
    throw new Error(`A ${document.type} breaks its schema: ${problems?.join('; ')}\n${line}`);
  });
}
