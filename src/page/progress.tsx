import { formatCount } from '../core/counted.ts';
import { formatDuration } from '../core/duration.ts';
import { settledCount } from '../core/state-counts.ts';
import type { RunStatus } from '../state/run-status.ts';
import { formatAge, formatInstant, formatRate, formatShare } from './format.ts';
import { StateBar } from './parts.tsx';
import { runLink } from './route.ts';
import { STATES } from './words.ts';

/** How far a run is: a bar, the counts of items as links to them, the pace and the time left. */
export function Progress({ status, now }: { readonly status: RunStatus; readonly now: number }) {
  const { counts, walkFinished, run } = status;
  const settled = settledCount(counts);
  return (
    <section class="card progress">
      <h2 class="hidden">Progress</h2>
      <p class="share">
        <b>{formatShare(settled, counts.total)}</b>
        <span>
          {`${formatCount(settled)} of ${formatCount(counts.total)} items have an outcome`}
          {!walkFinished && ', and the listing continues'}
        </span>
        <TimeLeft status={status} />
      </p>
      <StateBar counts={counts} whole={counts.total} />
      <ul class="counts">
        {STATES.map(([state, name]) => (
          <li key={state}>
            <a href={runLink(run, 'items', { state })} class={counts[state] === 0 ? 'none' : ''}>
              <b>{formatCount(counts[state])}</b>
              <span>
                <i class={`dot ${state}`} />
                {name}
              </span>
            </a>
          </li>
        ))}
      </ul>
      <Pace status={status} now={now} />
    </section>
  );
}

function TimeLeft({
  status: { timeLeft, isRunning, walkFinished },
}: {
  readonly status: RunStatus;
}) {
  if (!isRunning) return null;
  if (timeLeft !== null)
    return <span class="push">{`about ${formatDuration(timeLeft.ms)} left`}</span>;
  if (walkFinished) return null;
  return <span class="push mute">time left: known after the listing</span>;
}

function Pace({ status, now }: { readonly status: RunStatus; readonly now: number }) {
  const { pace, sample, schedule, lastActivityAt, isRunning } = status;
  const facts: (readonly [string, string])[] = [];
  if (pace !== null) {
    facts.push(['items a second', formatRate(pace.itemsPerSecond)]);
    facts.push(['requests a second', formatRate(pace.requestsPerSecond)]);
  }
  if (sample !== null) {
    facts.push(['requests', formatCount(sample.requests)]);
    const share = formatShare(sample.throttled, sample.requests);
    facts.push(['answers 429', `${formatCount(sample.throttled)} (${share})`]);
  }
  if (isRunning && lastActivityAt !== null)
    facts.push(['last change', formatAge(lastActivityAt, now)]);
  if (schedule?.window) facts.push(['window', schedule.window.hours]);
  if (schedule?.finishBy) facts.push(['finish by', formatInstant(schedule.finishBy.at)]);
  if (schedule?.expectedEnd) facts.push(['expected end', formatInstant(schedule.expectedEnd)]);
  if (schedule?.missesByMs) facts.push(['late by', formatDuration(schedule.missesByMs)]);
  if (facts.length === 0) return null;
  return (
    <dl class="pace">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
