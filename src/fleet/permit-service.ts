import { ClassifiedError, toFailure } from '../core/failure.ts';
import type { WorkerPermits } from '../run/fleet.ts';
import { toFailureFacts } from './call.ts';
import type {
  Answer,
  Ask,
  LimitedApi,
  NoteChange,
  Question,
  Reply,
  SlotResult,
} from './messages.ts';
import type { OpenCall } from './open-call.ts';

/** How many answers are kept for questions that are asked again. A worker repeats a question for a minute. */
const KEPT_REPLIES = 10_000;

interface PermitOptions {
  readonly open: ReadonlyMap<string, OpenCall>;
  readonly permitsOf: (project: string) => WorkerPermits;
  readonly stopSignal: AbortSignal;
  /** Called for each request that a worker has sent. */
  readonly onRequest: (isThrottled: boolean) => void;
}

const GRANTED = { kind: 'granted' } as const;
const REFUSED = { kind: 'refused' } as const;

/** Answers what workers ask during their calls. A question that is asked again gets the same answer. */
export class PermitService {
  readonly #options: PermitOptions;
  readonly #answers = new Map<string, { answer: Promise<Answer>; isReady: boolean }>();

  constructor(options: PermitOptions) {
    this.#options = options;
  }

  /** Returns the answer. If it takes long, a repeated question gets `pending`, so that its worker waits on. */
  async reply(ask: Ask, worker: string): Promise<Reply> {
    const { id } = ask;
    const known = this.#answers.get(id);
    if (known !== undefined) {
      return known.isReady ? { id, ...(await known.answer) } : { id, kind: 'pending' };
    }
    const entry = { answer: this.#answer(ask, worker), isReady: false };
    this.#answers.set(id, entry);
    if (this.#answers.size > KEPT_REPLIES) this.#forgetOldest();
    const answer = await entry.answer;
    entry.isReady = true;
    return { id, ...answer };
  }

  #forgetOldest(): void {
    for (const [id, { isReady }] of this.#answers) {
      if (!isReady) continue;
      this.#answers.delete(id);
      return;
    }
  }

  async #answer({ id, call: name, question }: Ask, worker: string): Promise<Answer> {
    const call = this.#options.open.get(name);
    if (call?.isOpen !== true) return REFUSED;
    call.worker ??= worker;
    // Another worker can have the call only if the queue gave it out twice. Only one may send.
    if (call.worker !== worker) return REFUSED;
    try {
      return await this.#decide(call, id, question);
    } catch (error) {
      return { kind: 'failed', failure: toFailureFacts(toFailure(error)) };
    }
  }

  async #decide(call: OpenCall, id: string, question: Question): Promise<Answer> {
    switch (question.kind) {
      case 'slot':
        return this.#takeSlot(call, id, question.api);
      case 'report':
        this.#report(call, question.slot, question.result);
        return GRANTED;
      case 'go':
        return this.#intend(call, question);
      case 'note':
        await call.write(() => applyNote(call, question.change));
        return call.isOpen ? GRANTED : REFUSED;
    }
  }

  /** Resolves when the request of the worker may be sent. Its slot ends with the worker's report. */
  #takeSlot(call: OpenCall, id: string, api: LimitedApi): Promise<Answer> {
    const { permitsOf, stopSignal } = this.#options;
    return new Promise((resolve) => {
      const untilReported = () =>
        new Promise<void>((answered, failed) => {
          if (!call.isOpen) {
            resolve(REFUSED);
            failed(notSent());
            return;
          }
          call.slots.set(id, { answered, failed });
          resolve(GRANTED);
        });
      // If no slot was given, the answer has the failure. Afterwards, only the rate limiter needs it.
      permitsOf(call.project)
        .paced[api](stopSignal, untilReported)
        .catch((error: unknown) => {
          resolve({ kind: 'failed', failure: toFailureFacts(toFailure(error)) });
        });
    });
  }

  #report(call: OpenCall, slot: string, result: SlotResult): void {
    const taken = call.slots.get(slot);
    if (taken === undefined) return;
    call.slots.delete(slot);
    this.#options.onRequest(result.kind === 'throttled');
    if (result.kind === 'accepted') {
      taken.answered();
      return;
    }
    if (result.kind === 'throttled') this.#options.permitsOf(call.project).onThrottled();
    taken.failed(asFailure(result));
  }

  async #intend(call: OpenCall, { baseline }: Extract<Question, { kind: 'go' }>): Promise<Answer> {
    const { resyncClock, onUnsent } = this.#options.permitsOf(call.project);
    await resyncClock();
    if (!call.isOpen) return REFUSED;
    if (baseline !== null) call.permit.keepBaseline?.(baseline);
    try {
      await call.intend();
    } catch (error) {
      onUnsent();
      throw error;
    }
    return call.isOpen ? GRANTED : REFUSED;
  }
}

async function applyNote({ permit }: OpenCall, change: NoteChange): Promise<void> {
  const { notes } = permit;
  if (notes === undefined) throw new Error('Only an upload has notes');
  switch (change.kind) {
    case 'begin':
      return notes.begin(change.session);
    case 'add-part':
      return notes.addPart(change.part, change.checksum);
    case 'forget':
      return notes.forget();
    case 'keep-answer':
      return notes.keepAnswer(change.answer);
  }
}

/** The failure of a worker's request as the rate limiter of the coordinator must see it. */
function asFailure(result: Exclude<SlotResult, { kind: 'accepted' }>): ClassifiedError {
  const isThrottled = result.kind === 'throttled';
  return new ClassifiedError({
    kind: isThrottled ? 'throttled' : 'transient',
    effect: 'none',
    code: isThrottled ? 'http_429' : 'worker_request',
    message: 'The request of a worker failed',
    ...(isThrottled && {
      status: 429,
      retryAfterMs: result.retryAfterMs,
      ...(result.retryAfterMs > 0 && { askedWaitMs: result.retryAfterMs }),
    }),
  });
}

function notSent(): ClassifiedError {
  return new ClassifiedError({
    kind: 'canceled',
    effect: 'none',
    code: 'canceled',
    message: 'The call of this request was given up',
  });
}
