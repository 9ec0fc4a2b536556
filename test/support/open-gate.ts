import type { Gate } from '../../src/transport/gate.ts';

/** A gate that lets every request through at once. */
export const OPEN_GATE: Gate = {
  take: async (signal) => signal.throwIfAborted(),
  report: () => undefined,
  share: () => undefined,
  state: () => ({ rate: 0, closedForMs: 0, neededInFlight: 0, accepted: 0, throttled: 0 }),
  close: async () => undefined,
};
