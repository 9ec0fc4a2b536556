import {
  COMMAND_DOCUMENTS,
  type DocumentType,
  documentSchemas,
} from '../../src/cli/documents/all-documents.ts';
import { row, table } from './markdown-table.ts';

interface Schema {
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly const?: unknown;
  readonly enum?: readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly additionalProperties?: unknown;
}

/** The content of docs/json-fields.md: the commands of each document, and a table of its fields. */
export function documentTables(): Map<string, string> {
  const schemas = Object.entries(documentSchemas()) as [DocumentType, Schema][];
  const types = schemas.toSorted(([one], [other]) => one.localeCompare(other));
  return new Map([['documents', types.map(([type, schema]) => section(type, schema)).join('\n')]]);
}

function section(type: DocumentType, schema: Schema): string {
  const commands = Object.entries(COMMAND_DOCUMENTS)
    .filter(([, documents]) => documents.includes(type))
    .map(([name]) => `\`${name}\``);
  const printed = type === 'error' ? 'every command' : commands.join(', ');
  const forms = schema.anyOf ?? [schema];
  const tables = forms.map((form) => {
    const title = form.description === undefined ? '' : `${form.description}.\n\n`;
    return `${title}${table(['field', 'type', 'meaning'], rowsOf(form, ''))}`;
  });
  return `## ${type}\n\nPrinted by ${printed}.\n\n${tables.join('\n')}`;
}

function rowsOf({ properties = {}, required = [] }: Schema, prefix: string): string[] {
  const own = Object.entries(properties).filter(
    ([key]) => prefix !== '' || (key !== 'version' && key !== 'type'),
  );
  return own.flatMap(([key, property]) => {
    const optional = required.includes(key) ? '' : ', may be absent';
    const cells = [
      `\`${prefix}${key}\``,
      `${typeText(property)}${optional}`,
      property.description ?? withoutNull(property).description ?? '',
    ];
    return [row(cells), ...rowsBelow(`${prefix}${key}`, withoutNull(property))];
  });
}

/** The fields of an object, or of the objects in a list. */
function rowsBelow(name: string, schema: Schema): string[] {
  // The numbers of items by state are the same everywhere.
  if (schema.properties?.['in-doubt'] !== undefined) return [];
  const { items } = schema;
  return items?.properties === undefined ? rowsOf(schema, `${name}.`) : rowsOf(items, `${name}[].`);
}

function withoutNull(schema: Schema): Schema {
  return schema.anyOf?.find(({ type }) => type !== 'null') ?? schema;
}

function typeText(schema: Schema): string {
  const isNullable = schema.anyOf?.some(({ type }) => type === 'null') === true;
  return `${plainType(withoutNull(schema))}${isNullable ? ' or null' : ''}`;
}

function plainType({ type, format, enum: values, items, const: constant }: Schema): string {
  if (constant !== undefined) return `\`${String(constant)}\``;
  if (values !== undefined) return values.map((value) => `\`${value}\``).join(', ');
  if (format === 'date-time') return 'time';
  if (items !== undefined)
    return `list of ${items.properties ? 'objects' : `${plainType(items)}s`}`;
  return type === 'string' ? 'text' : String(type);
}
