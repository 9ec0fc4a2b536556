import { Ajv2019, type ErrorObject } from 'ajv/dist/2019.js';
import addFormats from 'ajv-formats';
import { parseMultipart } from '../../../src/emulator/upload/multipart-form.ts';
import type { ApiDocument, FoundOperation } from './api-document.ts';
import type { Converted } from './convert-schema.ts';

/** A request, its answer, and whether our client sent it. */
export interface Traffic {
  readonly request: {
    readonly method: string;
    readonly target: string;
    readonly headers: Readonly<Record<string, string | undefined>>;
    readonly body: Buffer | string;
  };
  readonly answer: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Buffer | string;
  };
}

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:~\d+)?/g;

/** How the documents name the URLs of parts. */
export const PART_URL = '/<presigned-url-x>';

const ajv = new Ajv2019({ strict: false, allErrors: true, verbose: true, unicodeRegExp: false });
addFormats.default(ajv);
ajv.addFormat('url', /^\S+$/);
ajv.addFormat('password', true);
const lenient = new Ajv2019({
  strict: false,
  allErrors: true,
  verbose: true,
  unicodeRegExp: false,
  coerceTypes: 'array',
});
addFormats.default(lenient);

/** Names how an answer differs from its document; empty if it does not. */
export function answerDifferences(document: ApiDocument, { request, answer }: Traffic): string[] {
  const found = document.find(request.method, pathOf(request.target));
  const { status } = answer;
  if (found === undefined) return [`${request.method} ${shape(request.target)}: undocumented`];
  const at = (difference: string) => `${found.name} ${status}: ${difference}`;
  const contents = document.answer(found, status);
  if (contents === undefined) return [at('undocumented status')];
  const text = String(answer.body);
  if (contents === null) return text === '' ? [] : [at('a body where there is none')];
  const type = answer.headers['content-type']?.split(';', 1)[0] ?? 'none';
  const schema = contents.get(type) ?? [...contents.values()][0] ?? {};
  const differences = contents.has(type) ? [] : [at(`content type ${type}`)];
  if (status === 429 && !/^\d+$/.test(answer.headers['retry-after'] ?? '')) {
    differences.push(at('no Retry-After'));
  }
  const isText = [...contents.keys()][0] === 'text/plain';
  return [...differences, ...validate(schema, isText ? text : parsed(text)).map(at)];
}

/** Names how a request differs from its document; empty if it does not. */
export function requestDifferences(document: ApiDocument, { request }: Traffic): string[] {
  const found = document.find(request.method, pathOf(request.target));
  if (found === undefined) return [`${request.method} ${shape(request.target)}: undocumented`];
  const at = (difference: string) => `${found.name} request: ${difference}`;
  return [
    ...parameterDifferences(document, found, request),
    ...bodyDifferences(document, found, request),
  ].map(at);
}

// An answer that is no JSON at all differs as the text that it is.
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function parameterDifferences(
  document: ApiDocument,
  found: FoundOperation,
  { target, headers }: Traffic['request'],
): string[] {
  const query = new URLSearchParams(target.split('?')[1] ?? '');
  const parameters = document.parameters(found);
  const names = new Set(
    parameters.filter((one) => one['in'] === 'query').map((one) => one['name']),
  );
  // The URL of a part is opaque.
  const sent = found.name.endsWith(PART_URL) ? [] : [...query.keys()];
  const unknown = sent.filter((name) => !names.has(name));
  const bad = parameters.flatMap((parameter) => {
    const [name, place] = [String(parameter['name']), parameter['in']];
    const value =
      place === 'query'
        ? (query.get(name) ?? undefined)
        : place === 'path'
          ? found.pathValues[name]
          : headers[name.toLowerCase()];
    if (value === undefined) return parameter['required'] === true ? [`no ${place} ${name}`] : [];
    return validate(document.schemaOf(parameter), value, lenient).map((one) => `${name}: ${one}`);
  });
  return [...unknown.map((name) => `query parameter ${name}`), ...bad];
}

function bodyDifferences(
  document: ApiDocument,
  found: FoundOperation,
  { headers, body }: Traffic['request'],
): string[] {
  const contents = document.body(found);
  const type = headers['content-type'] ?? '';
  const plain = type.split(';', 1)[0] ?? '';
  if (contents === null) return body.length === 0 ? [] : ['a body where there is none'];
  const schema = contents.get(plain) ?? [...contents.values()][0] ?? {};
  const differences = contents.has(plain) ? [] : [`content type ${plain || 'none'}`];
  if (plain === 'application/octet-stream' || ![...contents.keys()].some(hasFields))
    return differences;
  const isForm = plain !== 'application/json';
  const fields = isForm ? formFields(type, body) : JSON.parse(String(body));
  return [...differences, ...validate(schema, fields, isForm ? lenient : ajv)];
}

function hasFields(type: string): boolean {
  return /json|form/.test(type);
}

function formFields(type: string, body: Buffer | string): Record<string, unknown> {
  if (!type.startsWith('multipart/')) return Object.fromEntries(new URLSearchParams(String(body)));
  const parts = parseMultipart(Buffer.from(body), type) ?? [];
  return Object.fromEntries(
    parts.map(({ name, fileName, data }) =>
      fileName === undefined ? [name, String(data)] : [`file:${name}`, ''],
    ),
  );
}

function validate(schema: Converted, value: unknown, by = ajv): string[] {
  const check = by.compile(JSON.parse(JSON.stringify(schema)));
  const holder = { value: structuredClone(value) };
  if (check(holder.value)) return [];
  return [...new Set(outermost(check.errors ?? []).map(describe))];
}

// Of alternatives none of which matches it says little what is wrong with each.
function outermost(errors: readonly ErrorObject[]): ErrorObject[] {
  const choices = errors.filter(
    ({ keyword, schema }) => keyword === 'anyOf' && (schema as unknown[] | undefined)?.length !== 0,
  );
  const isBelow = (error: ErrorObject) =>
    choices.some(({ schemaPath }) => error.schemaPath.startsWith(`${schemaPath}/`));
  const isNullable = ({ schemaPath }: ErrorObject) =>
    errors.some(
      (one) => one.schemaPath === `${schemaPath}/0/type` && one.params['type'] === 'null',
    );
  return errors.filter((error) => {
    if (error.keyword === 'anyOf') return !isNullable(error);
    const holder = choices.find(({ schemaPath }) => error.schemaPath.startsWith(`${schemaPath}/`));
    if (holder === undefined) return !isBelow(error);
    return isNullable(holder) && !error.schemaPath.endsWith('/0/type');
  });
}

function describe({ instancePath, message = '', params, keyword, data }: ErrorObject): string {
  const place = instancePath.replaceAll(/\/\d+(?=\/|$)/g, '/*').replaceAll(UUID, '{uuid}') || '/';
  if (keyword === 'unevaluatedProperties' || keyword === 'additionalProperties') {
    const name = params['unevaluatedProperty'] ?? params['additionalProperty'];
    return `unknown field ${place === '/' ? '' : place}/${String(name)}`;
  }
  const isChoice = keyword === 'pattern' || keyword === 'anyOf' || keyword === 'enum';
  if (isChoice) return `${place} says ${JSON.stringify(data)}`.replaceAll(UUID, '{uuid}');
  return `${place} ${message}`;
}

/** The path of a target with what differs from request to request taken out. */
function shape(target: string): string {
  return pathOf(target)
    .replaceAll(UUID, '{uuid}')
    .replace(/^\/webhooks\/\d+/, '/webhooks/{id}');
}

function pathOf(target: string): string {
  const path = target.split('?', 1)[0] ?? '';
  return path.startsWith('/parts/') ? PART_URL : path;
}
