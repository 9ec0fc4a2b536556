import type { ItemReport } from '../../src/state/run-status.ts';

/** An item that is done, but for the given fields. */
export function itemReport(fields: Pick<ItemReport, 'key'> & Partial<ItemReport>): ItemReport {
  return {
    state: 'done',
    step: '1-store',
    attempts: 0,
    reason: null,
    message: null,
    requestId: null,
    result: null,
    earlierSteps: {},
    at: null,
    ...fields,
  };
}
