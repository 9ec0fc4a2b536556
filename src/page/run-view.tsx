import { formatCount } from '../core/counted.ts';
import { formatDuration } from '../core/duration.ts';
import type { RunPage } from '../page-data/shapes.ts';
import { Causes } from './causes.tsx';
import type { DataSource } from './data-source.ts';
import { DoubtPanel } from './doubt-panel.tsx';
import { Events } from './events.tsx';
import { formatTime } from './format.ts';
import { Command, Empty, Prose, Section, Text } from './parts.tsx';
import { ItemPlot, RequestPlot } from './plots.tsx';
import { Progress } from './progress.tsx';
import { Spending } from './spending.tsx';
import { Steps } from './steps.tsx';
import { type Notice, runNotices } from './words.ts';
import { Workers } from './workers.tsx';

/** Everything about a run, except single items. */
export function RunView({ page, source }: { readonly page: RunPage; readonly source: DataSource }) {
  const { status, samples, now } = page;
  return (
    <>
      {runNotices(status).map((notice) => (
        <NoticeLine key={notice.text} notice={notice} now={now} />
      ))}
      <Progress status={status} now={now} />
      <DoubtPanel page={page} source={source} />
      <Spending status={status} />
      {samples.length > 2 ? (
        <div class="pair">
          <RequestPlot samples={samples} />
          <ItemPlot samples={samples} />
        </div>
      ) : (
        <Section title="Over time">
          <Empty>The run was too short for plots. It writes its numbers every 5 seconds.</Empty>
        </Section>
      )}
      <Steps status={status} />
      <Workers page={page} />
      <Causes page={page} />
      <LeftOut page={page} />
      <Events page={page} />
    </>
  );
}

function NoticeLine({ notice, now }: { readonly notice: Notice; readonly now: number }) {
  const { until } = notice;
  const left = until == null || until <= now ? null : until - now;
  return (
    <div class={`notice ${notice.kind}`}>
      <Prose of={notice.text} />
      {until != null && left !== null && (
        <span class="mute">{` Until ${formatTime(until, now)}, ${formatDuration(left)} from now.`}</span>
      )}
      {notice.command !== undefined && <Command text={notice.command} />}
    </div>
  );
}

/** Entries of the source that did not become items, if there are any. */
function LeftOut({ page: { status } }: { readonly page: RunPage }) {
  const { repeated, rejected, undecided, unlisted, passedOver, newMatches = 0 } = status.leftOut;
  const rows: [number, string][] = [
    [repeated, 'rows repeat an earlier row'],
    [
      rejected,
      `rows or entries are invalid${status.rejects === null ? '' : `: ${status.rejects}`}`,
    ],
    [undecided.count, 'files were not selected, because a field of the filter is unknown'],
    [unlisted, 'files are in the count of the service, but not in its listing'],
    [passedOver.excluded, 'entries of the folder match `exclude`'],
    [passedOver.links, 'links of the folder are not followed'],
    [newMatches, 'files match, but are not in the plan of the run'],
  ];
  const shown = rows.filter(([count]) => count > 0);
  if (shown.length === 0) return null;
  return (
    <Section title="Not in this run">
      <ul class="plain">
        {shown.map(([count, text]) => (
          <li key={text}>
            <b>{formatCount(count)}</b> <Text of={text} />
          </li>
        ))}
      </ul>
    </Section>
  );
}
