import type { Gate, GateFeedback, GateState } from '../transport/gate.ts';
import type { LimitedApi, Question, SlotResult } from './messages.ts';

/** The state of a worker's gate. It has no meaning, because the coordinator's gate decides. */
const STATE: GateState = {
  rate: 1,
  isMeasured: false,
  closedForMs: 0,
  neededInFlight: 0,
  accepted: 0,
  throttled: 0,
};

/** A question that was granted. */
export interface Granted {
  /** The id of the question. */
  readonly id: string;
  /** The earliest time at which the coordinator can have granted it. By the monotonic clock of this worker, ms. */
  readonly openAt: number;
  /** The id of the recorded intent; null unless the question was `go`. */
  readonly attempt: number | null;
}

/** Asks the coordinator on behalf of one call. Resolves when the question is granted. */
export type AskForCall = (question: Question) => Promise<Granted>;

/**
 * Creates the gate of a call at a worker. The one gate that decides is at the coordinator, so that all workers together
 * keep the rate limit.
 */
export function createRemoteGate(api: LimitedApi, ask: AskForCall): Gate {
  const granted: string[] = [];
  const sent: { readonly at: number; readonly slot: string }[] = [];
  const report = (feedback: GateFeedback) => {
    if (feedback.kind === 'sent') {
      const slot = granted.shift();
      if (slot !== undefined) sent.push({ at: feedback.sentAt, slot });
      return;
    }
    const index = sent.findIndex(({ at }) => at === feedback.sentAt);
    const [request] = index === -1 ? [] : sent.splice(index, 1);
    if (request === undefined) return;
    // The coordinator ends the slots of a call with the call, so that a lost report does no harm.
    ask({ kind: 'report', slot: request.slot, result: toResult(feedback) }).catch(() => undefined);
  };
  return {
    async take() {
      granted.push((await ask({ kind: 'slot', api })).id);
    },
    report,
    share: () => undefined,
    state: () => STATE,
    close: async () => undefined,
  };
}

function toResult(feedback: Exclude<GateFeedback, { kind: 'sent' }>): SlotResult {
  const { kind } = feedback;
  return kind === 'throttled' ? { kind, retryAfterMs: feedback.retryAfterMs } : { kind };
}
