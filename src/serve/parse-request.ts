import * as z from 'zod';
import { isFileUuid } from '../core/file-uuid.ts';
import { ITEM_STATES } from '../core/item-state.ts';
import { parseRunId, type RunId } from '../core/run.ts';
import type { ControlRequest, ItemsQuery, ResolveRequest } from '../page-data/shapes.ts';
import type { Question } from './backend.ts';

/** A request that the server does not answer. */
export class RequestRefused extends Error {
  override readonly name = 'RequestRefused';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const limit = (largest: number) => z.number().positive().max(largest).nullable().optional();
const controlSchema = z.union([
  z.strictObject({ action: z.enum(['pause', 'continue', 'stop']) }),
  z
    .strictObject({
      action: z.literal('set'),
      rate: limit(100_000),
      concurrency: limit(10_000).refine((count) => count == null || Number.isInteger(count)),
    })
    .refine(({ rate, concurrency }) => rate !== undefined || concurrency !== undefined),
]);
const key = z.string().min(1).max(100_000);
const resolveSchema = z.union([
  z.strictObject({ key, as: z.enum(['done', 'redo', 'skip']) }),
  z.strictObject({ key, as: z.literal('adopt'), file: z.string().refine(isFileUuid) }),
]);

const RUN_PATH = /^\/api\/runs\/([^/]+)(?:\/(items|gallery|doubts))?$/;
const POST_PATH = /^\/api\/runs\/([^/]+)\/(control|resolve)$/;
const EVENTS_PATH = /^\/api\/events(?:\/([^/]+))?$/;

/** Finds the question that a GET asks; null if there is no such address. */
export function parseQuestion({ pathname, searchParams }: URL): Question | null {
  if (pathname === '/api/runs') return { ask: 'runs' };
  const [, id, part] = RUN_PATH.exec(pathname) ?? [];
  if (id === undefined) return null;
  const run = parseId(id);
  const get = (name: string) => searchParams.get(name) ?? undefined;
  switch (part) {
    case 'items':
      return { ask: 'items', run, query: parseItemsQuery(get) };
    case 'gallery':
      return { ask: 'gallery', run, after: get('after') };
    case 'doubts':
      return { ask: 'doubts', run, key: get('key') ?? '' };
    default:
      return { ask: 'run', run };
  }
}

/** Finds which page an event stream follows: a run, or the list of runs (null); undefined if it is no stream. */
export function parseEventsPath(pathname: string): RunId | null | undefined {
  const match = EVENTS_PATH.exec(pathname);
  if (match === null) return;
  return match[1] === undefined ? null : parseId(match[1]);
}

/** Finds the command that a POST sends; null if there is no such address. */
export function parseCommand(pathname: string, body: string): Question | null {
  const [, id, part] = POST_PATH.exec(pathname) ?? [];
  if (id === undefined) return null;
  const run = parseId(id);
  if (part === 'control') {
    return { ask: 'control', run, request: parseBody<ControlRequest>(controlSchema, body) };
  }
  return { ask: 'resolve', run, request: parseBody<ResolveRequest>(resolveSchema, body) };
}

function parseItemsQuery(get: (name: string) => string | undefined): ItemsQuery {
  const state = ITEM_STATES.find((one) => one === get('state'));
  if (state !== get('state')) throw new RequestRefused(400, 'There is no such state of an item.');
  return { state, step: get('step'), reason: get('reason'), key: get('key'), after: get('after') };
}

function parseId(text: string): RunId {
  try {
    return parseRunId(text);
  } catch (error) {
    throw notFound(error);
  }
}

function notFound(cause: unknown): RequestRefused {
  const refused = new RequestRefused(404, 'There is no such run.');
  refused.cause = cause;
  return refused;
}

function parseBody<Body>(schema: z.ZodType<Body>, text: string): Body {
  const parsed = schema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new RequestRefused(400, 'The body is not a command that this server knows.');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
