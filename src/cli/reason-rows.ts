import { formatCount } from '../core/counted.ts';
import { plainText } from '../progress/terminal-text.ts';

/** A reason why items failed, were skipped or have a warning, with their number. */
interface ShownReason {
  /** `done` is for items that are done with a warning. */
  readonly state: 'failed' | 'skipped' | 'done';
  readonly reason: string;
  readonly count: number;
  /** The step after which these items continued; absent if they ended there. */
  readonly step?: string;
}

/**
 * Returns the state, the number of items and a text for each reason. A reason has one row, also if items continued
 * after it at several steps, such as files on which several add-ons were done before.
 */
export function reasonRows(
  reasons: readonly ShownReason[],
): { readonly state: string; readonly count: string; readonly text: string }[] {
  const groups = new Map<string, ShownReason[]>();
  for (const reason of reasons) {
    const key = `${reason.state} ${reason.reason}`;
    groups.set(key, [...(groups.get(key) ?? []), reason]);
  }
  return [...groups.values()].map((group) => {
    const ended = group.filter(({ step }) => step === undefined);
    const continued = group.filter(({ step }) => step !== undefined);
    const [{ state, reason } = { state: '', reason: '' }] = group;
    const counted = ended.length > 0 ? ended : continued;
    const sum = counted.reduce((total, { count }) => total + count, 0);
    return {
      state: state === 'done' ? 'warning' : state,
      count: formatCount(sum),
      text: plainText(`${reason}${continuedText(continued, ended.length > 0)}`),
    };
  });
}

function continuedText(continued: readonly ShownReason[], hasEnded: boolean): string {
  const [only] = continued;
  if (only === undefined) return '';
  if (!hasEnded && continued.length === 1) return ` at step ${only.step}; continued`;
  const steps = continued.map(({ step, count }) => `${step} (${formatCount(count)})`);
  const places = `at step${steps.length === 1 ? '' : 's'} ${steps.join(', ')}`;
  return hasEnded ? `; continued after it ${places}` : ` ${places}; continued`;
}
