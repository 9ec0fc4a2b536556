import { useState } from 'preact/hooks';
import type { RunPage } from '../page-data/shapes.ts';
import { formatTime } from './format.ts';
import { Empty, Prose, Section } from './parts.tsx';

const FIRST_SHOWN = 8;

/** The events of a run, newest first. */
export function Events({ page: { events, now } }: { readonly page: RunPage }) {
  const [isWhole, setWhole] = useState(false);
  const newest = events.toReversed();
  const shown = isWhole ? newest : newest.slice(0, FIRST_SHOWN);
  return (
    <Section title="Events">
      {events.length === 0 && <Empty>Nothing unusual has happened.</Empty>}
      <ol class="events">
        {shown.map(({ at, kind, text }, index) => (
          <li key={events.length - index}>
            <time>{formatTime(at, now)}</time>
            <span>
              <Prose of={text} />
              <code>{kind}</code>
            </span>
          </li>
        ))}
      </ol>
      {shown.length < events.length && (
        <button type="button" onClick={() => setWhole(true)}>
          Show all {events.length}
        </button>
      )}
    </Section>
  );
}
