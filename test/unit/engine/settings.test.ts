import { expect, test } from 'vitest';
import { DEFAULT_SETTINGS } from '../../../src/engine/settings.ts';
import { DEFAULT_LIMITS } from '../../../src/transport/transport-limits.ts';

/** How long after the last byte of a request the service may carry it out, and then hide its effect, ms. */
const SERVICE_LAG_MS = 30_000;
const INDEX_LAG_MS = 15_000;

test('the settle time covers the latest effect of a request, counted from its intent', () => {
  const { writeMarginMs, deadlineMs } = DEFAULT_LIMITS;
  const latest = writeMarginMs + deadlineMs + SERVICE_LAG_MS + INDEX_LAG_MS;
  expect(DEFAULT_SETTINGS.settleMs).toBeGreaterThanOrEqual(latest);
});
