import { assertNever } from '../core/assert-never.ts';
import { describeWorkers } from '../core/connected-worker.ts';
import { formatCount, formatCounted } from '../core/counted.ts';
import { formatDuration } from '../core/duration.ts';
import type { RunEvent, RunListener } from '../engine/run-events.ts';
import type { WriteLog } from '../progress/logger.ts';
import { createWaitLog } from './wait-log.ts';

/** Maximum number of faulty rows of a list that one log line names. */
const NAMED_ROWS = 5;

/**
 * Creates a listener that writes the events of a run to the log. `--log-level` selects the lines that are
 * shown. Each line has the id of the run.
 */
export function createEventLog(write: WriteLog): RunListener {
  let started: { readonly run?: string } = {};
  const log: WriteLog = (level, fields, message) =>
    write(level, { ...started, ...fields }, message);
  const logWait = createWaitLog(log);
  return (event) => {
    if (event.kind === 'run-started') started = { run: event.run };
    switch (event.kind) {
      case 'clock-skewed':
        return log('warn', { offsetMs: Math.round(event.offsetMs) }, describeSkew(event.offsetMs));
      case 'disk-slow':
        return log('warn', { commitMs: Math.round(event.commitMs) }, describeSlowDisk(event));
      case 'breaker-open':
        return log(
          'warn',
          { step: event.step, nextLookMs: event.nextLookMs },
          `${event.operation} keeps failing: paused, next probe in ${formatDuration(event.nextLookMs)}`,
        );
      case 'breaker-closed':
        return log('info', { step: event.step }, `${event.operation} answers again`);
      case 'waiting':
        return logWait(event);
      case 'item-failed':
        return log('info', { key: event.key, code: event.code }, `Item failed: ${event.message}`);
      case 'retry-scheduled':
        return log(
          'info',
          { code: event.code, items: event.count },
          `Will retry: ${event.message}`,
        );
      case 'throttled':
        return log(
          'debug',
          { retryAfterMs: event.retryAfterMs, rate: event.rate },
          'Throttled by the service',
        );
      case 'page-walked':
        return log(
          'debug',
          { page: event.page, listed: event.listed, selected: event.selected },
          'Page listed',
        );
      case 'fields-read':
        return log(
          'warn',
          { fields: [...event.fields] },
          `The source leaves out ${event.fields.join(' and ')}, which the job needs. Reading them file by file: one request each.`,
        );
      case 'rows-rejected':
        return log(
          'warn',
          { count: event.count, samples: [...event.samples] },
          rejectedText(event),
        );
      case 'canary-complete':
        return log(
          'info',
          {
            items: event.report.items,
            remaining: event.report.remaining,
            counts: { ...event.report.counts },
          },
          'Canary complete',
        );
      case 'walk-finished':
        return log(
          'info',
          { pages: event.pages, selected: event.selectedTotal },
          'Listing finished',
        );
      case 'rate-changed':
        return log('debug', { rate: event.rate }, 'Rate changed');
      case 'items-settled':
        return log('debug', { step: event.step, items: event.count }, 'Items settled');
      case 'run-started':
        return log('info', { resumed: event.resumed }, `Run ${event.run} started`);
      case 'limits-changed':
        return log('info', { rate: event.rate, concurrency: event.concurrency }, event.why);
      case 'workers-changed':
        return log('info', { workers: event.workers.length }, describeWorkers(event.workers));
      case 'worker-request':
        return undefined;
      case 'stopping':
        return log('info', { why: event.why }, 'Stopping');
      case 'run-ended':
        return log('info', { state: event.state }, 'Run ended');
      default:
        return assertNever(event, 'run event');
    }
  };
}

/** Formats the faulty rows of a list, such as `Skipped 2 bad rows: a.csv:13: not a URL; a.csv:20: …`. */
function rejectedText({ count, samples }: Extract<RunEvent, { kind: 'rows-rejected' }>): string {
  const named = samples.slice(0, NAMED_ROWS);
  const rest = count > named.length ? `; and ${formatCount(count - named.length)} more` : '';
  return `Skipped ${formatCounted(count, 'bad row')}: ${named.join('; ')}${rest}`;
}

function describeSkew(offsetMs: number): string {
  const direction = offsetMs > 0 ? 'behind' : 'ahead of';
  return `The clock of this machine is ${formatDuration(Math.abs(offsetMs))} ${direction} the clock of the service. ucbulk signs requests with the time of the service. Correct the clock of this machine.`;
}

function describeSlowDisk({
  commitMs,
  isTooSlow,
}: Extract<RunEvent, { kind: 'disk-slow' }>): string {
  const consequence = isTooSlow
    ? 'That is too long: the request was not sent, and ucbulk records it again'
    : 'Each request that changes something waits for that';
  return `It took ${(commitMs / 1000).toFixed(1)} s to record a request on the disk. ${consequence}. If this continues, move the state directory (--state) to a faster disk.`;
}
