import { formatDuration } from '../core/duration.ts';
import { toMoney } from '../core/money.ts';
import { listLeaves, printLeaf } from './job-fingerprint.ts';
import type { Job } from './job-schema.ts';

/** The parts of a job that may change after its plan was made, or before a resume. */
type Terms = Pick<
  Job,
  'description' | 'prices' | 'labels' | 'notify' | 'window' | 'concurrency' | 'evidence'
> & { readonly guard: object; readonly limits: object };

/** A difference between the terms of two jobs. */
interface TermChange {
  /** The difference in one line, such as `limits.cost: "0.15 EUR" → "2 EUR"`. */
  readonly line: string;
  /** True if the later job allows more than the earlier one, or has other prices. */
  readonly isLooser: boolean;
}

/** Lists the differences between the terms of two jobs: guards, limits, prices and the like. */
export function listTermChanges(before: Job, after: Job): TermChange[] {
  const [old, now] = [listTerms(before), listTerms(after)];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((place) => {
    const [was, is] = [old.get(place), now.get(place)];
    if (was === is) return [];
    const line = `${place}: ${printTerm(place, was)} → ${printTerm(place, is)}`;
    return [{ line, isLooser: isLooser(place, was, is) }];
  });
}

function listTerms(job: Job): Map<string, unknown> {
  const { items: _, ...limits } = job.limits;
  const { maxFailures, ...guard } = job.guard;
  const failures = maxFailures && { maxFailures: failureLimit(maxFailures) };
  const { description, prices, labels, notify, window, concurrency, evidence } = job;
  const terms: Terms = {
    guard: { ...guard, ...failures },
    limits,
    prices,
    window,
    evidence: evidence === false ? false : undefined,
    concurrency,
    labels,
    notify,
    description,
  };
  return listLeaves(terms);
}

/** A number of items, or a share as a text such as `1%`. */
function failureLimit(limit: NonNullable<Job['guard']['maxFailures']>): number | string {
  return limit.kind === 'count' ? limit.count : `${Number((limit.share * 100).toFixed(3))}%`;
}

function isLooser(place: string, was: unknown, is: unknown): boolean {
  if (place.startsWith('prices.')) return true;
  if (place === 'evidence' || place === 'guard.confirm') return is === false;
  // The deadline stops nothing. `plan` and `status` only report that a run misses it.
  const isLimit = /^(?:guard|limits|window)\b/.test(place) && place !== 'limits.finishBy';
  if (!isLimit || was === undefined) return false;
  // A share and a number can't be compared.
  if (typeof was !== typeof is) return true;
  const [most, wanted] = [amount(place, was), amount(place, is)];
  return most === null || wanted === null || wanted > most;
}

/** The size of a limit; null if it has none that can be compared, such as that of a timetable. */
function amount(place: string, value: unknown): number | bigint | null {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return null;
  if (place === 'limits.cost') return toMoney(value.split(' ')[0] ?? '');
  return value.endsWith('%') ? Number(value.slice(0, -1)) : null;
}

function printTerm(place: string, value: unknown): string {
  if (place === 'limits.duration' && typeof value === 'number') return formatDuration(value);
  return printLeaf(place, value);
}
