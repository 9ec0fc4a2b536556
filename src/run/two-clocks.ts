import { formatDuration } from '../core/duration.ts';
import { ClassifiedError } from '../core/failure.ts';
import type { Clock } from '../core/world.ts';
import type { Now } from '../filters/compile-filter.ts';
import type { Operation } from '../operations/operation.ts';
import type { ServerClock } from '../transport/server-clock.ts';

/** Clocks that are further apart than this delete nothing, ms. */
const MOST_APART_MS = 15 * 60_000;

/** What the service's clock and the machine's say together. */
export interface TwoClocks {
  /**
   * What time it may be, for the ages of files; `asOf` is when the run began (server time, ms), null
   * if it begins now. A job that deletes nothing goes by the service's clock alone.
   */
  now(asOf: number | null): Now;
  /** Why nothing may be deleted now; null if that may be, and for jobs that delete nothing. */
  fault(): ClassifiedError | null;
}

/** Compares the two clocks for the steps of a job. */
export function createTwoClocks(
  steps: readonly { readonly operation: Pick<Operation, 'destructive'> }[],
  { service, machine }: { readonly service: ServerClock; readonly machine: Clock },
): TwoClocks {
  const isDestructive = steps.some(({ operation }) => operation.destructive);
  return {
    now(asOf) {
      const times = isDestructive ? [service.now(), machine.now()] : [service.now()];
      const now = Math.min(...times);
      // A run can't have begun after now: then the clock was wrong by which it began.
      const earliest = isDestructive ? Math.min(asOf ?? now, now) : (asOf ?? now);
      return { earliest, latest: earliest + Math.max(...times) - now };
    },
    fault() {
      if (!isDestructive) return null;
      if (!service.hasServerTime()) return unheard(machine.now());
      const [theirs, ours] = [service.now(), machine.now()];
      return Math.abs(theirs - ours) > MOST_APART_MS ? apart(theirs, ours) : null;
    },
  };
}

function apart(theirs: number, ours: number): ClassifiedError {
  const by = formatDuration(Math.abs(theirs - ours));
  return stopped(
    'clocks_differ',
    `By the service it is ${textOf(theirs)}, by this machine ${textOf(ours)}: ${by} apart. One of them is wrong, and so may be the age of every file: nothing is deleted. Set this machine's clock, or find out what changes the Date header of the answers`,
  );
}

function unheard(ours: number): ClassifiedError {
  return stopped(
    'clock_unconfirmed',
    `No answer of the service has a Date header, and this machine's clock (${textOf(ours)}) alone may be wrong: nothing is deleted. Find out what takes the header away`,
  );
}

function stopped(code: string, message: string): ClassifiedError {
  return new ClassifiedError({
    kind: 'fatal',
    effect: 'none',
    code,
    message: `${message}, then go on with \`ucbulk resume\`.`,
    fatalCause: 'configuration',
  });
}

function textOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
