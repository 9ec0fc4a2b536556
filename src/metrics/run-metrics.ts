import { Counter, Gauge, Registry } from 'prom-client';
import { ITEM_STATES } from '../core/item-state.ts';
import { RUN_STATES } from '../core/run.ts';
import type { RunSample } from '../core/run-sample.ts';
import type { RunStatus } from '../state/run-status.ts';

/** A value of a metric; null if it is unknown. */
interface Value {
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly value: number | null;
}

/**
 * Formats the status of a run as metrics in the text format of Prometheus. All metrics have the label `job_name`.
 * Only `ucbulk_run_info` has the id of the run, so that a job that runs every night does not make new time series
 * every night. A number that is unknown has no line.
 */
export function runMetrics(status: RunStatus): Promise<string> {
  const metrics = new MetricSet(status.jobName);
  addRun(metrics, status);
  addItems(metrics, status);
  if (status.sample !== null) addRequests(metrics, status.sample);
  return metrics.text();
}

function addRun(metrics: MetricSet, status: RunStatus): void {
  const { run, publicKey, state, createdAt, endedAt, lastActivityAt, timeLeft, waits } = status;
  const labels = { run, project: publicKey };
  metrics.gauge('run_info', 'The run, its id and its project', [{ labels, value: 1 }]);
  metrics.gauge(
    'run_state',
    'State of the run: 1 for the current state, 0 for the others',
    RUN_STATES.map((other) => ({ labels: { state: other }, value: other === state ? 1 : 0 })),
  );
  const instants = { run_start: createdAt, run_end: endedAt, last_activity: lastActivityAt };
  const helps = {
    run_start: 'When the run was created',
    run_end: 'When the run ended',
    last_activity: 'When the numbers of the run last changed',
  };
  for (const name of ['run_start', 'run_end', 'last_activity'] as const) {
    metrics.gauge(`${name}_timestamp_seconds`, helps[name], [seconds(instants[name])]);
  }
  metrics.gauge('time_left_seconds', 'Time that the rest of the run needs', [
    seconds(timeLeft?.ms ?? null),
  ]);
  metrics.gauge('waits', 'Number of things for which the run waits now', [{ value: waits.length }]);
}

function addItems(metrics: MetricSet, { steps, paid, cost, pace, walkFinished }: RunStatus): void {
  metrics.gauge(
    'items',
    'Items at each step, by state',
    steps.flatMap(({ id, counts }) =>
      ITEM_STATES.map((state) => ({ labels: { step: id, state }, value: counts[state] })),
    ),
  );
  metrics.gauge('listing_finished', '1 if the source is listed completely, else 0', [
    { value: walkFinished ? 1 : 0 },
  ]);
  metrics.gauge('items_per_second', 'Items with an outcome, average of the last 15 seconds', [
    { value: pace?.itemsPerSecond ?? null },
  ]);
  metrics.counter(
    'paid_items_total',
    'Items that the run has paid for; items in doubt count too',
    paid.map(({ name, spent }) => ({ labels: { operation: name }, value: spent })),
  );
  if (cost === null) return;
  const { currency, atMost, limit } = cost;
  metrics.gauge('cost', 'Highest cost of the run so far, by the prices of its job', [
    { labels: { currency }, value: Number(atMost) },
  ]);
  metrics.gauge('cost_limit', 'limits.cost of the job', [
    { labels: { currency }, value: limit === null ? null : Number(limit) },
  ]);
}

function addRequests(metrics: MetricSet, sample: RunSample): void {
  const { requests, throttled, rate, closedMs } = sample;
  metrics.counter('requests_total', 'Requests to the service', [{ value: requests }]);
  const throttledHelp = 'Requests that the service answered with 429';
  metrics.counter('throttled_requests_total', throttledHelp, [{ value: throttled }]);
  const rateHelp = 'Rate limit of the service as far as it is known';
  metrics.gauge('rate_limit_requests_per_second', rateHelp, [{ value: rate }]);
  metrics.gauge('gate_closed_seconds', 'Time until a request may be sent', [seconds(closedMs)]);
}

function seconds(ms: number | null): Value {
  return { value: ms === null ? null : ms / 1000 };
}

/** The metrics of one run at one time. */
class MetricSet {
  readonly #registry = new Registry();

  constructor(jobName: string) {
    this.#registry.setDefaultLabels({ job_name: jobName });
  }

  /** A number that can go up and down. */
  gauge(name: string, help: string, values: readonly Value[]): void {
    const numbers = known(values);
    if (numbers.length === 0) return;
    const gauge = new Gauge(this.#describe(name, help, numbers));
    for (const { labels, value } of numbers) gauge.set({ ...labels }, value);
  }

  /** A number that only goes up, from 0 at the start of the run. */
  counter(name: string, help: string, values: readonly Value[]): void {
    const numbers = known(values);
    if (numbers.length === 0) return;
    const counter = new Counter(this.#describe(name, help, numbers));
    for (const { labels, value } of numbers) counter.inc({ ...labels }, value);
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  #describe(name: string, help: string, values: readonly Pick<Value, 'labels'>[]) {
    const labelNames = Object.keys(values[0]?.labels ?? {});
    return { name: `ucbulk_${name}`, help, labelNames, registers: [this.#registry] };
  }
}

function known(values: readonly Value[]) {
  return values.flatMap(({ labels, value }) => (value === null ? [] : [{ labels, value }]));
}
