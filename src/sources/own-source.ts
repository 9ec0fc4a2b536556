import * as z from 'zod';
import { ClassifiedError } from '../core/failure.ts';
import { asFileUuid } from '../core/file-uuid.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import { anyValueSchema, blockSchema } from '../job/job-value-schemas.ts';
import { type Answerer, readFacts, reading } from '../operations/own-answer.ts';
import { callOwnCode } from '../operations/own-call.ts';
import type { OwnSource } from '../operations/own-definition.ts';
import { sourceCode } from '../operations/own-facts.ts';
import { brokenContract } from '../operations/own-failure.ts';
import { isOwnName, OWN_NAME_PATTERN } from '../operations/own-name.ts';
import { DEFAULT_TIME_LIMIT_MS } from '../operations/own-operation.ts';
import { checkOwnOptions } from '../operations/own-options.ts';
import { defineSource, type SourceContext } from './descriptor.ts';
import type { Candidate, Source, SourcePage } from './source.ts';

const MAX_KEY = 2000;
const MAX_CURSOR = 2000;

const codeOptions = blockSchema({
  uses: z
    .string({ error: 'a path such as ./my-source.mjs' })
    .regex(OWN_NAME_PATTERN, { error: 'a path such as ./my-source.mjs, or npm:PACKAGE' })
    .describe('The code: a path relative to this file, or npm:PACKAGE'),
  with: z
    .record(z.string(), anyValueSchema, { error: 'a block of keys' })
    .default({})
    .describe('Options of the code, which it checks itself'),
  code: sourceCode,
});

type CodeOptions = z.output<typeof codeOptions>;

/** The items that the user's own code lists. */
export const ownSource = defineSource({
  kind: 'code',
  options: codeOptions,
  summary: 'Items that your own code lists',
  gives: ({ code }) => code?.gives ?? null,
  tellsFacts: 'never',
  lists: 'service',
  describe: ({ uses, code }) => `${code.text} (${uses})`,
  create: createOwnSource,
});

function createOwnSource({ uses, with: given }: CodeOptions, context: SourceContext): Source {
  const loaded = isOwnName(uses) ? context.code?.get(uses) : undefined;
  if (loaded?.definition.kind !== 'source') throw new Error(`${uses} was not loaded`);
  const { source } = loaded.definition;
  const checked = checkOwnOptions(source.options, given);
  if (checked.faults !== undefined) throw new Error(`The options of ${uses} were not checked`);
  const { value: options } = checked;
  const place = {
    uses,
    timeLimitMs: source.timeLimitMs ?? DEFAULT_TIME_LIMIT_MS,
    clock: context.clock,
    send: context.client.send,
    isRepeatable: true,
  };
  return {
    kind: 'code',
    uniqueKeys: false,
    async readPage(cursor, signal) {
      const read = callOwnCode(place, { options, signal }, (call) => source.readPage(cursor, call));
      const page = await read.catch((error: unknown) => {
        throw unreadable(error);
      });
      return reading({ uses, name: 'readPage' }, (answerer) =>
        toPage(page, { cursor, source, answerer }),
      );
    },
  };
}

/** A failed page stops the run, because the items after it are unknown. A resume reads the page again. */
function unreadable(error: unknown): unknown {
  const isOwn = error instanceof ClassifiedError && error.code.startsWith('own_code_');
  if (!isOwn) return error;
  return new ClassifiedError({
    kind: 'fatal',
    effect: 'none',
    code: error.code,
    message: `The source can't be read: ${error.message}. Correct the cause, then resume the run; it continues with this page.`,
    fatalCause: 'input',
    cause: error,
  });
}

function toPage(
  page: unknown,
  {
    cursor,
    source,
    answerer,
  }: { cursor: string | null; source: OwnSource<unknown>; answerer: Answerer },
): SourcePage {
  const refuse = (fault: string) =>
    brokenContract(answerer.uses, `breaks its contract: \`readPage\` ${fault}`);
  if (!isJsonObject(page) || !Array.isArray(page['items'])) {
    throw refuse('returned no { items, next }; `items` must be an array');
  }
  const { next } = page;
  if (next !== null && (typeof next !== 'string' || next === '' || next.length > MAX_CURSOR)) {
    throw refuse(
      `returned a \`next\` that is neither null nor a text of 1 to ${MAX_CURSOR} characters`,
    );
  }
  if (next !== null && next === cursor) {
    throw refuse('returned its own cursor as `next`, so the listing would never end');
  }
  if (next !== null && page['items'].length === 0) {
    throw refuse('returned a page without items that is not the last one');
  }
  const candidates = page['items'].map((item, index): Candidate => {
    const key = isJsonObject(item) ? item['key'] : undefined;
    if (!isJsonObject(item) || typeof key !== 'string' || key === '' || key.length > MAX_KEY) {
      throw refuse(
        `returned no \`key\` for items[${index}]; expected a text of 1 to ${MAX_KEY} characters`,
      );
    }
    return { key: checkKey(key, source, refuse), facts: null, details: detailsOf(item, answerer) };
  });
  return { candidates, next };
}

function checkKey(
  key: string,
  { gives }: OwnSource<unknown>,
  refuse: (fault: string) => ClassifiedError,
): string {
  if (gives !== 'file') return key;
  const uuid = asFileUuid(key);
  if (uuid !== null) return uuid;
  throw refuse(
    `returned ${JSON.stringify(key.slice(0, 100))} as the key of a file; expected a UUID`,
  );
}

function detailsOf({ details }: JsonObject, answerer: Answerer): JsonObject | null {
  return details === undefined ? null : readFacts(details, answerer);
}
