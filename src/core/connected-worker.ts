import { formatCounted } from './counted.ts';

/** A worker of the fleet that is connected. */
export interface ConnectedWorker {
  readonly host: string;
  /** Version of ucbulk. */
  readonly toolVersion: string;
  /** Number of requests that it can make at the same time. */
  readonly concurrency: number;
}

/** A worker, and its last sign of life. */
export interface WorkerActivity extends ConnectedWorker {
  readonly id: string;
  readonly pid: number;
  /** Number of calls in progress, for all runs of its project. */
  readonly inFlight: number;
  /** When it last showed that it is alive, ms since 1970, by the clock of the run's machine. */
  readonly seenAt: number;
}

/** Number of hosts that the text about workers names. */
const NAMED_HOSTS = 10;

/** Describes workers, such as `3 workers for 24 requests at a time: 2 at web-1 (0.1.0), web-2 (0.1.0)`. */
export function describeWorkers(workers: readonly ConnectedWorker[]): string {
  if (workers.length === 0) return 'No worker is connected: the run waits';
  const perHost = new Map<string, number>();
  for (const { host, toolVersion } of workers) {
    const name = `${host} (${toolVersion})`;
    perHost.set(name, (perHost.get(name) ?? 0) + 1);
  }
  const names = [...perHost].map(([name, count]) => (count === 1 ? name : `${count} at ${name}`));
  const more = names.length > NAMED_HOSTS ? ` and ${names.length - NAMED_HOSTS} more hosts` : '';
  const atOnce = workers.reduce((sum, { concurrency }) => sum + concurrency, 0);
  const counted = formatCounted(workers.length, 'worker');
  return `${counted} for ${formatCounted(atOnce, 'request')} at a time: ${names.slice(0, NAMED_HOSTS).join(', ')}${more}`;
}
