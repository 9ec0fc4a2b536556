import { ClassifiedError, canceled } from '../core/failure.ts';
import type { JsonObject, JsonValue } from '../core/json.ts';
import { present } from '../core/present.ts';
import type { Clock } from '../core/world.ts';
import type { Send } from '../transport/send.ts';
import { lateCall, thrownError } from './own-failure.ts';

/** The result of a schema: the checked value, or what is wrong with it. */
export type SchemaResult<Value> =
  | { readonly value: Value; readonly issues?: undefined }
  | {
      readonly issues: readonly {
        readonly message: string;
        readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
      }[];
    };

/** A schema that implements Standard Schema (https://standardschema.dev), such as one of zod or Valibot. */
export interface StandardSchema<Value> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Value> | Promise<SchemaResult<Value>>;
  };
}

/** A JSON Schema (draft 7 or 2020-12) whose `type` is `object`. */
export interface JsonSchemaOfOptions {
  readonly type: 'object';
  readonly [keyword: string]: unknown;
}

/** The check of the options of own code. */
export type OwnOptions<Value> = StandardSchema<Value> | JsonSchemaOfOptions;

/** A request to the REST API of Uploadcare. */
export interface OwnRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** The path and query, such as `/files/UUID/`. */
  readonly path: string;
  /** The body, sent as JSON. */
  readonly body?: JsonValue;
}

/** Everything that one call of own code gets, beside the item. */
export interface OwnCall<Options = JsonObject> {
  /** The options of the step, as the schema returned them. */
  readonly options: Options;
  /**
   * Aborts after the time limit of the call, and when the run must stop at once. Pass it to
   * everything that waits, such as `fetch`.
   */
  readonly signal: AbortSignal;
  /**
   * Sends a request to Uploadcare's REST API, with the keys of the step's project and within the rate limit of the run.
   * Rejects with a `ClassifiedError`, whose `effect` says whether the request may have changed something.
   */
  rest(request: OwnRequest): Promise<{ readonly status: number; readonly body: JsonValue }>;
}

/** Data for a call of own code. */
export interface CallPlace {
  /** The own code as the job names it, such as `./my-step.mjs`. */
  readonly uses: string;
  readonly timeLimitMs: number;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly send: Send;
  /** True if a second call has the same result as one call. */
  readonly isRepeatable: boolean;
}

/**
 * Calls own code. Rejects with a `ClassifiedError` if the code throws, if it exceeds its time limit, or if `signal`
 * aborts. The call may then have had an effect.
 */
export function callOwnCode<Options>(
  place: CallPlace,
  { options, signal }: { readonly options: Options; readonly signal: AbortSignal },
  use: (call: OwnCall<Options>) => unknown,
): Promise<unknown> {
  const ending = new AbortController();
  const timer = new AbortController();
  const call = createCall(place, options, ending.signal);
  return new Promise<unknown>((resolve, reject) => {
    const stop = () => reject(stopped());
    signal.addEventListener('abort', stop, { once: true });
    timer.signal.addEventListener('abort', () => signal.removeEventListener('abort', stop));
    if (signal.aborted) return reject(canceled());
    place.clock.sleep(place.timeLimitMs, timer.signal).then(
      () => reject(lateCall(place)),
      () => undefined,
    );
    new Promise((begin) => begin(use(call))).then(resolve, (error: unknown) =>
      reject(thrownError(error, place)),
    );
  }).finally(() => {
    timer.abort();
    ending.abort();
  });
}

function stopped(): ClassifiedError {
  return new ClassifiedError({
    kind: 'canceled',
    effect: 'unknown',
    code: 'canceled',
    message: 'The run stopped at once, during a call of own code',
  });
}

function createCall<Options>(
  { send, uses }: CallPlace,
  options: Options,
  signal: AbortSignal,
): OwnCall<Options> {
  return {
    options,
    signal,
    async rest({ method, path, body }) {
      if (signal.aborted) throw new Error(`${uses} sends a request after the end of its call`);
      if (!path.startsWith('/')) throw new Error(`rest: the path must begin with /, not ${path}`);
      const common = { target: path, signal, ...present({ body }) };
      const answer = await send(
        method === 'GET'
          ? { ...common, method, mutates: false }
          : { ...common, method, mutates: true, beforeSend: intentIsDurable },
      );
      return { status: answer.status, body: answer.body };
    },
  };
}

/** The intent of the whole call was durable before the call began. */
async function intentIsDurable(): Promise<void> {
  // Nothing is left to do.
}
