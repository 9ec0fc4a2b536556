import { formatCount } from '../core/counted.ts';
import { settledCount } from '../core/state-counts.ts';
import type { RunListing, RunStatus } from '../state/run-status.ts';
import { Connection } from './connection.tsx';
import type { DataSource } from './data-source.ts';
import { formatAge, formatShare } from './format.ts';
import { Command, Empty, Prose, StateBar, Text } from './parts.tsx';
import { Phase } from './phase.tsx';
import { runLink } from './route.ts';
import { isWaiting, useNow, useRuns } from './use-data.ts';

/** All runs of the state directory, newest first. */
export function RunsView({ source }: { readonly source: DataSource }) {
  const followed = useRuns(source);
  const { page } = followed;
  const now = useNow(page, source.isLive);
  document.title = 'Runs · ucbulk';
  return (
    <>
      <header class="top">
        <div class="title">
          <h1>Runs</h1>
          <Connection isLive={source.isLive} state={followed} />
        </div>
      </header>
      {page === null && <Empty>{isWaiting(followed) ? 'Reading the runs …' : ''}</Empty>}
      {page?.runs.length === 0 && <NoRuns />}
      <ul class="runs">
        {page?.runs.map((listing) => (
          <li key={listing.run} class="card">
            <Listing listing={listing} now={now} />
          </li>
        ))}
      </ul>
    </>
  );
}

function NoRuns() {
  return (
    <div class="card">
      <Empty>
        There are no runs in this state directory yet. Start one, and it appears here by itself:
      </Empty>
      <Command text="ucbulk run job.yaml" />
    </div>
  );
}

function Listing({ listing, now }: { readonly listing: RunListing; readonly now: number }) {
  if ('problem' in listing) {
    return (
      <div>
        <div class="head">
          <h2>{listing.run}</h2>
          <span class="phase bad">unreadable</span>
        </div>
        <p class="mute">
          <Prose of={listing.problem} />
        </p>
      </div>
    );
  }
  const { counts, run, walkFinished } = listing;
  const settled = settledCount(counts);
  return (
    <a href={runLink(run)}>
      <div class="head">
        <h2>
          <Text of={listing.jobName} />
        </h2>
        <Phase status={listing} />
        <span class="mute push">{formatAge(listing.createdAt, now)}</span>
      </div>
      <StateBar counts={counts} whole={counts.total} />
      <p class="facts">
        <b>{walkFinished ? formatShare(settled, counts.total) : 'listing'}</b>
        <span>{`${formatCount(settled)} of ${formatCount(counts.total)}${walkFinished ? '' : '+'} items`}</span>
        <Troubles status={listing} />
        <code class="push">{run}</code>
      </p>
    </a>
  );
}

function Troubles({ status: { counts } }: { readonly status: RunStatus }) {
  return (
    <>
      {counts.failed > 0 && <span class="failed-text">{formatCount(counts.failed)} failed</span>}
      {counts['in-doubt'] > 0 && (
        <span class="doubt-text">{formatCount(counts['in-doubt'])} in doubt</span>
      )}
    </>
  );
}
