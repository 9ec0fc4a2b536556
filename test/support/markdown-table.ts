import * as z from 'zod';

const MIB = 1024 ** 2;

/** A table in Markdown; `rows` are the results of `row`. */
export function table(head: readonly string[], rows: readonly string[]): string {
  return `${[row(head), `|${'---|'.repeat(head.length)}`, ...rows].join('\n')}\n`;
}

/** A row of a table in Markdown. */
export function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`.replaceAll(
    '|  |',
    '| |',
  );
}

/** An option of an operation or a source, or a key of an option that is a block. */
interface Option {
  /** `set`, `set.key`. */
  readonly name: string;
  /** The value that a message of an error expects: `a list of columns`. */
  readonly value: string;
  readonly byDefault: string;
  readonly meaning: string;
}

/** The options of a schema, with the keys of each block behind it. */
export function optionsIn(options: z.ZodType): Option[] {
  const schema = z.toJSONSchema(options, {
    io: 'input',
    target: 'draft-7',
    override({ zodSchema, jsonSchema }) {
      jsonSchema.title = z.safeParse(zodSchema, Symbol()).error?.issues[0]?.message ?? '';
    },
  });
  const shape = options instanceof z.ZodObject ? options.shape : {};
  return optionsBelow(schema, '', (key) => shape[key]?.safeParse(undefined).data);
}

function optionsBelow(
  schema: z.core.JSONSchema.BaseSchema,
  prefix: string,
  defaultOf: (key: string) => unknown,
): Option[] {
  const required = schema.required ?? [];
  return Object.entries(schema.properties ?? {}).flatMap(([key, property]) => {
    if (typeof property === 'boolean') return [];
    const name = `${prefix}${key}`;
    const byDefault = required.includes(key) ? 'required' : defaultText(defaultOf(key));
    const { title: value = '', description: meaning = '' } = property;
    const own = { name, value, byDefault, meaning };
    return [own, ...optionsBelow(property, `${name}.`, () => undefined)];
  });
}

function defaultText(value: unknown): string {
  if (value === undefined) return '–';
  if (Array.isArray(value)) return value.map(printText).join(', ') || 'none';
  if (typeof value === 'object') return 'none';
  const isSize = typeof value === 'number' && value >= MIB && value % MIB === 0;
  return isSize ? `\`${value / MIB}MiB\`` : `\`${String(value)}\``;
}

/** Prints a text with its control characters escaped. */
function printText(text: unknown): string {
  return `\`${JSON.stringify(text).slice(1, -1)}\``;
}
