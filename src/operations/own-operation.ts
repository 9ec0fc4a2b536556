import { asFileUuid, isFileUuid } from '../core/file-uuid.ts';
import type { Item } from '../core/item.ts';
import type { JsonObject } from '../core/json.ts';
import type { Outcome } from '../core/outcome.ts';
import type { SendPermit } from '../transport/send.ts';
import type { OperationDependencies } from './descriptor.ts';
import { itemUuid } from './item-uuid.ts';
import type { Answered, Doubt, Named, Operation, Probe, Started } from './operation.ts';
import { intentTag } from './operation-context.ts';
import {
  type Answerer,
  reading,
  readOutcomes,
  readPollAnswer,
  readRunAnswer,
  readVerdict,
} from './own-answer.ts';
import { callOwnCode, type OwnCall } from './own-call.ts';
import type {
  OwnBatchOperation,
  OwnEachOperation,
  OwnItem,
  OwnOperation,
  OwnRemoteOperation,
} from './own-definition.ts';

/** The time limit of a call if own code names none, ms. It is that of a request to the service. */
export const DEFAULT_TIME_LIMIT_MS = 30_000;

/**
 * The longest time from the intent to a visible effect, beside the call itself, ms: the write of the intent (12 s), the
 * time that the service needs (30 s) and the delay of its search index (15 s), rounded up (docs/guarantees.md, W7).
 */
const BESIDE_CALL_MS = 60_000;

/** An own operation whose options were checked. */
export interface CheckedOperation {
  /** The operation as the job names it, such as `./my-step.mjs`. */
  readonly uses: string;
  readonly operation: OwnOperation<unknown>;
  /** The options as the schema of the operation returned them. */
  readonly options: unknown;
}

/**
 * Creates the operation of a step that uses own code. The intent is durable before the code is called. `lostAnswer` of the
 * code decides what happens after a lost answer.
 */
export function createOwnOperation(
  { uses, operation, options }: CheckedOperation,
  place: OperationDependencies,
): Operation {
  const caller = new Caller({ uses, operation, options }, place);
  const traits = {
    kind: uses,
    destructive: operation.irreversible ?? false,
    changesListing: operation.changesListing ?? true,
    doubt: doubtOf(operation, caller),
    ...(operation.makes !== undefined && { namedIn }),
  };
  switch (operation.shape) {
    case 'each':
      return {
        ...traits,
        shape: 'each',
        runItem: (item, permit) => runEach(operation, caller, item, permit),
      };
    case 'batch':
      return {
        ...traits,
        shape: 'batch',
        chunkSize: operation.maxItems,
        runChunk: (items, permit) => runBatch(operation, caller, items, permit),
      };
    case 'remote':
      return {
        ...traits,
        shape: 'remote',
        startSize: 1,
        job: { name: uses, typicalMs: operation.typicalMs ?? 5000 },
        namedIn: operation.makes === undefined ? namedToken : namedIn,
        start: (items, permit) => start(operation, caller, items, permit),
        poll: ({ item, token, ageMs }, signal) =>
          poll(operation, caller, { item, token, ageMs }, signal),
      };
  }
}

async function runEach(
  operation: OwnEachOperation<unknown>,
  caller: Caller,
  item: Item,
  permit: SendPermit,
): Promise<Outcome> {
  const own = caller.ownItem(item);
  await permit.beforeSend();
  const answer = await caller.call(permit.signal, (call) => operation.run(own, call));
  const read = reading(caller.answerer('run', item), (answerer) =>
    readRunAnswer(answer, answerer, { mayStart: false }),
  );
  if (read.kind === 'started') throw new Error('An operation of the shape each starts no job');
  return read;
}

async function runBatch(
  operation: OwnBatchOperation<unknown>,
  caller: Caller,
  items: readonly Item[],
  permit: SendPermit,
): Promise<Map<string, Outcome>> {
  const own = items.map((item) => caller.ownItem(item));
  await permit.beforeSend();
  const answer = await caller.call(permit.signal, (call) => operation.run(own, call));
  const keys = items.map(({ key }) => key);
  return reading(caller.answerer('run'), (answerer) => readOutcomes(answer, keys, answerer));
}

async function start(
  operation: OwnRemoteOperation<unknown>,
  caller: Caller,
  [item]: readonly Item[],
  permit: SendPermit,
): Promise<Map<string, Outcome | Started>> {
  if (item === undefined) return new Map();
  const own = caller.ownItem(item);
  await permit.beforeSend();
  const answer = await caller.call(permit.signal, (call) => operation.start(own, call));
  const read = reading(caller.answerer('start', item), (answerer) =>
    readRunAnswer(answer, answerer, { mayStart: true }),
  );
  return new Map([[item.key, read]]);
}

async function poll(
  operation: OwnRemoteOperation<unknown>,
  caller: Caller,
  { item, token, ageMs }: { readonly item: Item; readonly token: string; readonly ageMs: number },
  signal: AbortSignal,
) {
  const job = { token, item: caller.ownItem(item), ageMs };
  const answer = await caller.read(signal, (call) => operation.poll(job, call));
  return reading(caller.answerer('poll', item), (answerer) => readPollAnswer(answer, answerer));
}

function namedToken(answered: Answered): readonly Named[] {
  return 'token' in answered ? namedIn(answered) : [];
}

function namedIn(answered: Answered): readonly Named[] {
  if ('token' in answered) return [{ kind: 'token', id: answered.token }];
  const { file } = answered.result;
  return typeof file === 'string' && isFileUuid(file) ? [{ kind: 'file', id: file }] : [];
}

function doubtOf(operation: OwnOperation<unknown>, caller: Caller): Doubt {
  switch (operation.lostAnswer) {
    case 'repeat':
      return { class: 'idempotent' };
    case 'in-doubt':
      return { class: 'undetectable' };
    case 'probe':
      return {
        class: 'detectable',
        probe: createProbe(operation, caller),
        settleMs: caller.timeLimitMs + BESIDE_CALL_MS,
      };
  }
}

function createProbe(operation: OwnOperation<unknown>, caller: Caller): Probe {
  return async (item, signal) => {
    if (operation.shape === 'batch') throw new Error('A batch of own code has no probe');
    const own = caller.ownItem(item);
    const answer = await caller.read(signal, (call) => operation.probe?.(own, call));
    const mayStart = operation.shape === 'remote';
    return reading(caller.answerer('probe', item), (answerer) =>
      readVerdict(answer, answerer, { mayStart }),
    );
  };
}

/** Calls the functions of an own operation. */
class Caller {
  readonly timeLimitMs: number;
  readonly #code: CheckedOperation;
  readonly #place: OperationDependencies;

  constructor(code: CheckedOperation, place: OperationDependencies) {
    this.#code = code;
    this.#place = place;
    this.timeLimitMs = code.operation.timeLimitMs ?? DEFAULT_TIME_LIMIT_MS;
  }

  /** Calls a function that may have an effect. */
  call(signal: AbortSignal, use: (call: OwnCall<unknown>) => unknown): Promise<unknown> {
    return this.#call(signal, use, this.#code.operation.lostAnswer === 'repeat');
  }

  /** Calls a function that only reads. */
  read(signal: AbortSignal, use: (call: OwnCall<unknown>) => unknown): Promise<unknown> {
    return this.#call(signal, use, true);
  }

  #call(
    signal: AbortSignal,
    use: (call: OwnCall<unknown>) => unknown,
    isRepeatable: boolean,
  ): Promise<unknown> {
    const { clock, client } = this.#place;
    const { timeLimitMs } = this;
    const { uses, options } = this.#code;
    const place = { uses, timeLimitMs, clock, send: client.send, isRepeatable };
    return callOwnCode(place, { options, signal }, use);
  }

  answerer(name: string, item?: Item): Answerer {
    const { uses, operation } = this.#code;
    return { uses, name, makes: operation.makes, ...(item !== undefined && { key: item.key }) };
  }

  ownItem(item: Item): OwnItem {
    const takesFiles = (this.#code.operation.takes ?? 'file') === 'file';
    return {
      key: item.key,
      file: takesFiles ? itemUuid(item) : asFileUuid(item.file ?? ''),
      details: toDetails(item.details),
      attempt: item.attempts,
      tag: intentTag(this.#place, item),
    };
  }
}

function toDetails(details: JsonObject | null): JsonObject {
  return structuredClone(details ?? {});
}
