import { ClassifiedError, toFailure } from '../core/failure.ts';
import { present } from '../core/present.ts';
import type { Clock } from '../core/world.ts';
import type { WorkerPermits } from '../run/fleet.ts';
import { toFailureFacts } from './call.ts';
import type {
  Answer,
  Ask,
  CallQuestion,
  LateEnd,
  LimitedApi,
  NoteChange,
  Reply,
  SlotResult,
} from './messages.ts';
import type { OpenCall } from './open-call.ts';

/** Maximum number of answers that are kept for repeated questions. A worker repeats a question for a minute. */
const KEPT_REPLIES = 10_000;

interface PermitOptions {
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly open: ReadonlyMap<string, OpenCall>;
  readonly permitsOf: (project: string) => WorkerPermits;
  readonly stopSignal: AbortSignal;
  /** Takes the end of a call that the coordinator may have given up. Resolves when it is settled. */
  readonly takeAnswer: (call: string, late: LateEnd) => Promise<void>;
  /** Called for each request that a worker has sent. */
  readonly onRequest: (isThrottled: boolean) => void;
}

/** The answer to a question, kept for its repeats; null while the coordinator works on it. */
interface KeptAnswer {
  given: (Answer & Pick<Reply, 'heldMs'>) | null;
}

const GRANTED = { kind: 'granted' } as const;
const REFUSED = { kind: 'refused' } as const;

/** Answers the questions of workers about their calls. A repeated question gets the same answer. */
export class PermitService {
  readonly #options: PermitOptions;
  readonly #answers = new Map<string, KeptAnswer>();

  constructor(options: PermitOptions) {
    this.#options = options;
  }

  /** Returns the answer. If it takes long, a repeated question gets `pending`, so that its worker continues to wait. */
  async reply(ask: Ask, worker: string): Promise<Reply> {
    const { id } = ask;
    const known = this.#answers.get(id);
    if (known !== undefined) return { id, ...(known.given ?? { kind: 'pending', heldMs: 0 }) };
    const { clock } = this.#options;
    const arrivedAt = clock.monotonic();
    const entry: KeptAnswer = { given: null };
    this.#answers.set(id, entry);
    if (this.#answers.size > KEPT_REPLIES) this.#forgetOldest();
    const answer = await this.#answer(ask, worker);
    entry.given = { ...answer, heldMs: clock.monotonic() - arrivedAt };
    return { id, ...entry.given };
  }

  #forgetOldest(): void {
    for (const [id, { given }] of this.#answers) {
      if (given === null) continue;
      this.#answers.delete(id);
      return;
    }
  }

  async #answer({ id, call: name, taking, question }: Ask, worker: string): Promise<Answer> {
    if (question.kind === 'answer') return this.#takeAnswer(name, question);
    const call = this.#options.open.get(name);
    if (call?.isOpen !== true) return REFUSED;
    call.worker ??= worker;
    call.taking ??= taking;
    // Redis delivers a call twice only if it has lost the first taking. Only one may send.
    if (call.taking !== taking) return REFUSED;
    try {
      return await this.#decide(call, id, question);
    } catch (error) {
      return { kind: 'failed', failure: toFailureFacts(toFailure(error)) };
    }
  }

  async #takeAnswer(call: string, late: LateEnd): Promise<Answer> {
    await this.#options.takeAnswer(call, late);
    return GRANTED;
  }

  async #decide(call: OpenCall, id: string, question: CallQuestion): Promise<Answer> {
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
            permitsOf(call.project).onUnsent();
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

  async #intend(
    call: OpenCall,
    { baseline }: Extract<CallQuestion, { kind: 'go' }>,
  ): Promise<Answer> {
    const { resyncClock, isPaused, onUnsent } = this.#options.permitsOf(call.project);
    await resyncClock();
    if (baseline !== null) call.permit.keepBaseline?.(baseline);
    try {
      if (isPaused()) throw paused();
      if (call.isOpen) await call.intend();
    } catch (error) {
      onUnsent();
      throw error;
    }
    if (!call.isOpen) {
      onUnsent();
      return REFUSED;
    }
    return { ...GRANTED, ...present({ attempt: call.permit.attemptId?.() ?? undefined }) };
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

/** The failure of a request that was not sent, so that its worker asks for a slot again. */
function paused(): ClassifiedError {
  return new ClassifiedError({
    kind: 'transient',
    effect: 'none',
    code: 'guard_expired',
    message: 'The run was paused before the request was sent',
  });
}
