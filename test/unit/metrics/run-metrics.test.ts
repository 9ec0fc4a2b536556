import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { stateCounts } from '../../../src/core/state-counts.ts';
import { runMetrics } from '../../../src/metrics/run-metrics.ts';
import { interruptedRun } from '../../support/run-status.ts';

const SAMPLE = {
  at: 0,
  rate: 12.5,
  requests: 900,
  throttled: 3,
  closedMs: 1500,
  done: 5,
  skipped: 0,
  failed: 0,
  inDoubt: 0,
  waiting: 0,
};

const PACE = { requestsPerSecond: 1, itemsPerSecond: 1, overMs: 1 };

const COST = {
  currency: 'EUR',
  atMost: '1.25',
  certain: '1',
  planned: null,
  limit: '10',
  kept: null,
  parts: [],
  unpriced: [],
};

const status = interruptedRun(
  { done: 5, pending: 2 },
  {
    jobName: 'cut "all"\n',
    state: 'active',
    endedAt: null,
    steps: [{ id: 'cut', uses: 'store', passed: 5, counts: stateCounts({ done: 5, pending: 2 }) }],
    paid: [{ name: 'remove_bg', spent: 5, limit: 10 }],
    sample: SAMPLE,
    cost: COST,
  },
);

/** The values by name and labels, without the label that all have. */
async function values(): Promise<Record<string, string>> {
  const lines = (await runMetrics(status)).trim().split('\n');
  const samples = lines.filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    samples.map((line) => {
      const [, name, labels, value] = /^([a-z_]+)\{(.*)\} (\S+)$/.exec(line) ?? [];
      const shown = labels?.replace(/,?job_name="cut \\"all\\"\\n"/, '');
      return [`${name}{${shown}}`, value ?? ''];
    }),
  );
}

test('the numbers of a run are metrics, with times in seconds', async () => {
  expect(await values()).toMatchObject({
    'ucbulk_run_info{run="r1",project="demopublickey"}': '1',
    'ucbulk_run_state{state="active"}': '1',
    'ucbulk_run_state{state="finished"}': '0',
    'ucbulk_items{step="cut",state="done"}': '5',
    'ucbulk_items{step="cut",state="failed"}': '0',
    'ucbulk_paid_items_total{operation="remove_bg"}': '5',
    'ucbulk_cost{currency="EUR"}': '1.25',
    'ucbulk_cost_limit{currency="EUR"}': '10',
    'ucbulk_requests_total{}': '900',
    'ucbulk_throttled_requests_total{}': '3',
    'ucbulk_rate_limit_requests_per_second{}': '12.5',
    'ucbulk_gate_closed_seconds{}': '1.5',
    'ucbulk_run_start_timestamp_seconds{}': '1795354800',
  });
});

test('a number that is unknown has no line', async () => {
  const names = Object.keys(await values()).map((line) => line.split('{')[0]);
  expect(names).not.toContain('ucbulk_run_end_timestamp_seconds');
  expect(names).not.toContain('ucbulk_time_left_seconds');
});

test('each metric has a help and a type, and counters end with _total', async () => {
  const text = await runMetrics(status);
  const types = new Map(
    [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name, type]),
  );
  const helps = new Set([...text.matchAll(/^# HELP (\S+) \S/gm)].map(([, name]) => name));
  expect(types.size).toBeGreaterThan(10);
  for (const [name = '', type] of types) {
    expect(helps).toContain(name);
    expect(name.endsWith('_total')).toBe(type === 'counter');
  }
});

test.each(['metrics.md', 'grafana/ucbulk.json'])(
  '%s names only metrics that exist',
  async (file) => {
    const ended = {
      ...status,
      endedAt: 1,
      lastActivityAt: 1,
      pace: PACE,
      timeLeft: { ...PACE, ms: 1 },
    };
    const text = await runMetrics(ended);
    const existing = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
    const page = readFileSync(new URL(`../../../docs/${file}`, import.meta.url), 'utf8');
    const named = new Set([...page.matchAll(/\bucbulk_[a-z_]+/g)].map(([name]) => name));
    expect([...named].filter((name) => !existing.has(name))).toEqual([]);
    if (file === 'metrics.md') expect(named).toEqual(existing);
  },
);
