import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { type Converted, convertSchema, type Json } from './convert-schema.ts';

/** An operation of a document and the path that led to it. */
export interface FoundOperation {
  /** E.g. `GET /files/{uuid}/`. */
  readonly name: string;
  readonly operation: Json;
  readonly pathValues: Readonly<Record<string, string>>;
}

/** An answer or a body by the names of its content types; null if it has no content. */
export type Contents = ReadonlyMap<string, Converted> | null;

/** One of the vendor's OpenAPI documents. */
export class ApiDocument {
  readonly #document: Json;
  readonly #paths: readonly (readonly [path: string, pattern: RegExp, item: Json])[];

  constructor(document: Json) {
    this.#document = document;
    const paths = Object.entries(document['paths'] as Record<string, Json>);
    // A path without variables is looked at before one that it would match.
    this.#paths = paths
      .map(([path, item]) => [path, patternOf(path), item] as const)
      .sort(([a], [b]) => a.split('{').length - b.split('{').length);
  }

  /** The names of all operations. */
  get names(): string[] {
    return this.#paths.flatMap(([path, , item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
  }

  /** The operation of a request; undefined if the document has none. */
  find(method: string, path: string): FoundOperation | undefined {
    for (const [name, pattern, item] of this.#paths) {
      const groups = pattern.exec(path)?.groups;
      const operation = item[method.toLowerCase()] as Json | undefined;
      if (groups === undefined || operation === undefined) continue;
      const pathValues = Object.fromEntries(
        Object.entries(groups).map(([key, value]) => [key, decodeURIComponent(String(value))]),
      );
      return { name: `${method} ${name}`, operation, pathValues };
    }
    return undefined;
  }

  /** The parameters of an operation. */
  parameters({ operation }: FoundOperation): Json[] {
    const given = (operation['parameters'] ?? []) as Json[];
    return given.map((parameter) => this.resolve(parameter));
  }

  /** The documented answer of a status; undefined if the document has none. */
  answer({ operation }: FoundOperation, status: number): Contents | undefined {
    const responses = operation['responses'] as Record<string, Json>;
    const response = responses[status] ?? responses[`${Math.floor(status / 100)}XX`];
    return response && this.#contents(this.resolve(response), status >= 400 ? 'words' : 'answer');
  }

  /** The documented body of an operation's request; null if it takes none. */
  body({ operation }: FoundOperation): Contents {
    const body = operation['requestBody'] as Json | undefined;
    return body === undefined ? null : this.#contents(this.resolve(body), 'request');
  }

  /** The schema of a parameter. */
  schemaOf(parameter: Json): Converted {
    return convertSchema(parameter['schema'] as Json, { resolve: this.resolve, use: 'request' });
  }

  /** What a `$ref` of the document leads to. */
  readonly resolve = (value: Json): Json => {
    const ref = value['$ref'];
    if (typeof ref !== 'string') return value;
    const found = ref
      .replace('#/', '')
      .split('/')
      .reduce<unknown>(
        (at, key) => (at as Json | undefined)?.[key.replaceAll('~1', '/')],
        this.#document,
      );
    if (found === undefined) throw new Error(`The document has no ${ref}`);
    return this.resolve(found as Json);
  };

  #contents(holder: Json, use: 'answer' | 'words' | 'request'): Contents {
    const content = Object.entries((holder['content'] ?? {}) as Record<string, Json>);
    if (content.length === 0) return null;
    const { resolve } = this;
    return new Map(
      content.map(([type, { schema }]) => [
        type,
        convertSchema((schema ?? {}) as Json, { resolve, use }),
      ]),
    );
  }
}

/** The vendor's documents of the REST API and the Upload API. */
export interface ApiDocuments {
  readonly rest: ApiDocument;
  readonly upload: ApiDocument;
}

const FOLDER =
  process.env['UCBULK_OPENAPI'] ??
  fileURLToPath(new URL('../../../../shared/openapi', import.meta.url));

/**
 * The documents in the folder UCBULK_OPENAPI; null, with a printed reason, if it is not there. With
 * UCBULK_REQUIRE_RECORDINGS=1, as `npm run test:contract` sets it, that is an error.
 */
export function readApiDocuments(): ApiDocuments | null {
  if (!existsSync(FOLDER)) {
    const reason = `No OpenAPI documents in ${FOLDER}: set UCBULK_OPENAPI to check against them`;
    if (process.env['UCBULK_REQUIRE_RECORDINGS'] === '1') throw new Error(reason);
    process.stderr.write(`${reason}\n`);
    return null;
  }
  const read = (file: string) => new ApiDocument(parse(readFileSync(`${FOLDER}/${file}`, 'utf8')));
  return { rest: read('rest-v0.7.yml'), upload: read('upload.yml') };
}

function patternOf(path: string): RegExp {
  const pattern = path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)');
  // Named groups make `groups` an object for every match.
  return new RegExp(`^${pattern}$(?<none>)?`);
}
