import { type PollCosts, pollAtInterval } from '../support/simulated-jobs.ts';
import type { BenchReport } from './bench-report.ts';
import { type FollowedJob, followJobs } from './followed-jobs.ts';

const COUNT = 400;
const SIGMA = 0.5;
const MEDIANS_MS = [8000, 60_000];
/** What the official clients do by default. */
const OFTEN_MS = 500;
const SELDOM_MS = 2000;
const MOST_POLLS = 1 / 3; // of those at half a second
const MOST_LATE = 0.2; // of the duration

/**
 * How often remote jobs are asked about, and how late their ends are noticed: the engine on virtual
 * time before the emulator, beside fixed intervals computed from the durations the emulator drew.
 */
export async function benchPolls(report: BenchReport): Promise<void> {
  report.say(`${COUNT} add-on runs each, log-normal durations with a sigma of ${SIGMA}:`);
  report.say('');
  report.say(
    '| median | asked about | polls a job | of those at 0.5 s | noticed late by, on average |',
  );
  report.say('|---|---|---|---|---|');
  const reached: boolean[] = [];
  for (const medianMs of MEDIANS_MS) {
    const [first = [], second = []] = await followJobs(medianMs, { sigma: SIGMA, count: COUNT });
    const often = pollAtInterval(durationsOf(second), OFTEN_MS);
    const seldom = pollAtInterval(durationsOf(second), SELDOM_MS);
    const row = (name: string, one: PollCosts) => report.say(rowOf(medianMs, name, { one, often }));
    for (const [name, jobs] of [
      ['nothing learned yet', first],
      ['learned', second],
    ] as const) {
      row(`by ucbulk, ${name}`, costsOf(jobs));
      reached.push(...addCosts(report, `polls: ${medianMs / 1000} s, ${name}`, { jobs, often }));
    }
    row('every 0.5 s (computed)', often);
    row('every 2 s (computed)', seldom);
  }
  const isWithin = reached.every(Boolean);
  report.say('');
  report.say(
    `at most a third of the polls at 0.5 s, and at most 20 % late: ${isWithin ? 'yes' : 'NO'}`,
  );
}

function addCosts(
  report: BenchReport,
  prefix: string,
  { jobs, often }: { readonly jobs: readonly FollowedJob[]; readonly often: PollCosts },
): boolean[] {
  const { pollsPerJob, relativeDelay } = costsOf(jobs);
  return [
    report.add({
      name: `${prefix}: polls a job`,
      unit: '',
      value: pollsPerJob,
      goal: { atMost: MOST_POLLS * often.pollsPerJob },
    }),
    report.add({
      name: `${prefix}: noticed late by`,
      unit: '%',
      value: 100 * relativeDelay,
      goal: { atMost: 100 * MOST_LATE },
    }),
  ];
}

function rowOf(
  medianMs: number,
  name: string,
  { one, often }: { one: PollCosts; often: PollCosts },
): string {
  const share = percent(one.pollsPerJob / often.pollsPerJob);
  const late = percent(one.relativeDelay);
  return `| ${medianMs / 1000} s | ${name} | ${one.pollsPerJob.toFixed(1)} | ${share} | ${late} |`;
}

function costsOf(jobs: readonly FollowedJob[]): PollCosts {
  return {
    pollsPerJob: mean(jobs.map(({ polls }) => polls)),
    relativeDelay: mean(jobs.map(({ lateMs, durationMs }) => lateMs / durationMs)),
  };
}

function durationsOf(jobs: readonly FollowedJob[]): number[] {
  return jobs.map(({ durationMs }) => durationMs);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
