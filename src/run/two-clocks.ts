import { formatDuration } from '../core/duration.ts';
import { ClassifiedError } from '../core/failure.ts';
import type { Clock } from '../core/world.ts';
import type { Now } from '../filters/compile-filter.ts';
import type { Operation } from '../operations/operation.ts';
import type { ServerClock } from '../transport/server-clock.ts';

/** Maximum difference between the service's clock and the machine's clock if a job deletes, ms. */
const MAX_DIFFERENCE_MS = 15 * 60_000;

/** The current time by two clocks: that of the service and that of this machine. */
export interface TwoClocks {
  /**
   * Returns the earliest and the latest time that it may be now. Filters use them for the ages of files.
   * `asOf` is the recorded start of the run (server time, ms), from which ages count; null for a new run. A
   * job that deletes nothing uses only the service's clock.
   */
  now(asOf: number | null): Now;
  /**
   * The reason why nothing may be deleted now. Null if deletes are allowed, or if the job deletes nothing.
   */
  fault(): ClassifiedError | null;
}

/** Creates the comparison of the two clocks. It only matters if one of the steps deletes. */
export function createTwoClocks(
  steps: readonly { readonly operation: Pick<Operation, 'destructive'> }[],
  { service, machine }: { readonly service: ServerClock; readonly machine: Clock },
): TwoClocks {
  const isDestructive = steps.some(({ operation }) => operation.destructive);
  return {
    now(asOf) {
      const times = isDestructive ? [service.now(), machine.now()] : [service.now()];
      const now = Math.min(...times);
      // A run can't have started in the future. If its recorded start is later than now, it was recorded with
      // a wrong clock.
      const earliest = isDestructive ? Math.min(asOf ?? now, now) : (asOf ?? now);
      return { earliest, latest: earliest + Math.max(...times) - now };
    },
    fault() {
      if (!isDestructive) return null;
      if (!service.hasServerTime()) return clockUnconfirmed(machine.now());
      const [theirs, ours] = [service.now(), machine.now()];
      return Math.abs(theirs - ours) > MAX_DIFFERENCE_MS ? clocksDiffer(theirs, ours) : null;
    },
  };
}

function clocksDiffer(theirs: number, ours: number): ClassifiedError {
  const by = formatDuration(Math.abs(theirs - ours));
  return fatalError(
    'clocks_differ',
    `By the service it is ${formatTime(theirs)}, by this machine ${formatTime(ours)}: ${by} apart. One of them is wrong, so the ages of files may be wrong too: ucbulk deletes nothing. Set this machine's clock, or find out what changes the Date header of the answers`,
  );
}

function clockUnconfirmed(ours: number): ClassifiedError {
  return fatalError(
    'clock_unconfirmed',
    `No answer of the service has a Date header, and this machine's clock (${formatTime(ours)}) may be wrong: ucbulk deletes nothing. Find out what removes the header`,
  );
}

function fatalError(code: string, message: string): ClassifiedError {
  return new ClassifiedError({
    kind: 'fatal',
    effect: 'none',
    code,
    message: `${message}, then run \`ucbulk resume\`.`,
    fatalCause: 'configuration',
  });
}

function formatTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
