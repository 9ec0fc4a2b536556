import { assertNever } from '../../core/assert-never.ts';
import type { Doubt } from '../../operations/operation.ts';

/**
 * The action after a lost answer: the item is in doubt and a person decides (`in-doubt`), or ucbulk waits for
 * `waitMs`.
 */
type LostAnswerRule = 'in-doubt' | { readonly waitMs: number };

interface SettlePolicy {
  readonly settleMs: number;
}

/**
 * The rule for a request whose answer was lost. The operation's `doubt` describes how ucbulk can find out the
 * effect of the request, and decides the rule. The rule is the same if the request failed and if the process
 * died. `waitMs` counts from the send. After this wait, ucbulk probes the request if `needsProbe` is true;
 * otherwise ucbulk sends it again.
 */
export function lostAnswerRule(doubt: Doubt, policy: SettlePolicy): LostAnswerRule {
  switch (doubt.class) {
    case 'idempotent':
      return { waitMs: 0 };
    case 'detectable':
    case 'tagged':
      return { waitMs: needsProbe(doubt) ? settleTimeMs(doubt, policy) : 0 };
    case 'undetectable':
      return 'in-doubt';
    default:
      return assertNever(doubt, 'doubt class');
  }
}

/** True if a request whose answer was lost must be probed before it is sent again. */
export function needsProbe(doubt: Doubt): boolean {
  return doubt.class === 'tagged' || (doubt.class === 'detectable' && doubt.probe !== 'replay');
}

/** The time after a send in which its effect may still become visible, ms (docs/guarantees.md, W7). */
export function settleTimeMs(doubt: Doubt, policy: SettlePolicy): number {
  const own = 'settleMs' in doubt ? (doubt.settleMs ?? 0) : 0;
  return Math.max(own, policy.settleMs);
}
