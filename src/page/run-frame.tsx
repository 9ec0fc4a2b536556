import { useState } from 'preact/hooks';
import { formatDuration } from '../core/duration.ts';
import type { RunPage } from '../page-data/shapes.ts';
import { Connection } from './connection.tsx';
import { Control } from './control.tsx';
import type { DataSource } from './data-source.ts';
import { formatAge, formatInstant } from './format.ts';
import { GalleryView } from './gallery-view.tsx';
import { ItemsView } from './items-view.tsx';
import { Empty, Text } from './parts.tsx';
import { Phase } from './phase.tsx';
import { type Route, runLink } from './route.ts';
import { RunView } from './run-view.tsx';
import { isWaiting, useNow, useRun } from './use-data.ts';
import { visibleText } from './visible-text.ts';

interface FrameProps {
  readonly run: string;
  readonly route: Route;
  readonly source: DataSource;
}

/** The name of a run, its views, and the view that the address names. */
export function RunFrame({ run, route, source }: FrameProps) {
  const followed = useRun(source, run);
  const now = useNow(followed.page, source.isLive);
  const connection = <Connection isLive={source.isLive} state={followed} />;
  if (followed.page === null) {
    return (
      <>
        {source.onlyRun === null && (
          <a class="back" href="#/">
            All runs
          </a>
        )}
        {connection}
        <Empty>{isWaiting(followed) ? `Reading run ${run} …` : ''}</Empty>
      </>
    );
  }
  const page = { ...followed.page, now };
  const { status } = page;
  document.title = `${visibleText(status.jobName)} · ucbulk`;
  return (
    <>
      <header class="top">
        {source.onlyRun === null && (
          <a class="back" href="#/">
            All runs
          </a>
        )}
        <div class="title">
          <h1>
            <Text of={status.jobName} />
          </h1>
          <Phase status={status} />
          {connection}
          {source.canControl && <Control key={run} status={status} source={source} />}
        </div>
        <Facts page={page} written={source.written} />
        <Tabs page={page} view={route.view} />
      </header>
      <RunPart page={page} route={route} source={source} />
    </>
  );
}

function Facts(props: { readonly page: RunPage; readonly written: DataSource['written'] }) {
  const {
    page: { status, now },
    written,
  } = props;
  const { createdAt, endedAt, process } = status;
  return (
    <p class="facts">
      <code>{status.run}</code>
      <span>project {status.publicKey}</span>
      <span>{`started ${formatInstant(createdAt)}`}</span>
      {endedAt === null ? (
        <span>{formatAge(createdAt, now)}</span>
      ) : (
        <span>{`ended ${formatInstant(endedAt)}, after ${formatDuration(endedAt - createdAt)}`}</span>
      )}
      {process?.pid != null && (
        <span>
          process {process.pid} on <Text of={process.host ?? 'an unknown host'} />
        </span>
      )}
      {Object.entries(status.labels ?? {}).map(([name, value]) => (
        <span key={name}>
          <Text of={`${name}: ${value}`} />
        </span>
      ))}
      {written !== null && <span>as of {formatInstant(written.at)}</span>}
    </p>
  );
}

function Tabs({ page, view }: { readonly page: RunPage; readonly view: Route['view'] }) {
  const { run } = page.status;
  const tab = (name: 'run' | 'items' | 'gallery', text: string) => (
    <a
      href={runLink(run, name === 'run' ? undefined : name)}
      aria-current={(view === 'runs' ? 'run' : view) === name ? 'page' : undefined}
    >
      {text}
    </a>
  );
  return (
    <nav class="tabs" aria-label="Views of this run">
      {tab('run', 'Overview')}
      {tab('items', 'Items')}
      {page.hasPictures && tab('gallery', 'Gallery')}
    </nav>
  );
}

function RunPart({ page, route, source }: Omit<FrameProps, 'run'> & { readonly page: RunPage }) {
  const { run } = page.status;
  // Pictures are loaded from the CDN, and only if the person asks for them: the choice holds for all pages of items.
  const [hasPictures, setPictures] = useState(false);
  if (route.view === 'items') {
    const pictures = { isShown: hasPictures, set: setPictures };
    return <ItemsView page={page} query={route.query} source={source} pictures={pictures} />;
  }
  if (route.view === 'gallery') {
    return <GalleryView run={run} after={route.after} source={source} count={null} />;
  }
  return <RunView page={page} source={source} />;
}
