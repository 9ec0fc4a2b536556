import { formatCount } from '../core/counted.ts';
import type { CauseGroup, RunPage } from '../page-data/shapes.ts';
import { Empty, Section, State, Text } from './parts.tsx';
import { runLink } from './route.ts';

/** Why items failed or were skipped: a row for each cause, which leads to its items. */
export function Causes({ page: { causes, status } }: { readonly page: RunPage }) {
  const shown = causes.filter(({ state }) => state !== 'in-doubt');
  const { failed, skipped } = status.counts;
  return (
    <Section title="Causes">
      {shown.length === 0 ? (
        <Empty>
          {failed + skipped === 0
            ? 'No item has failed or was skipped.'
            : 'The causes of these items are not known.'}
        </Empty>
      ) : (
        <ul class="causes">
          {shown.map((cause) => (
            <li key={`${cause.state} ${cause.step} ${cause.reason} ${cause.message}`}>
              <Cause cause={cause} run={status.run} />
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

/** One cause: its number of items, its reason and message, and an example. */
export function Cause({ cause, run }: { readonly cause: CauseGroup; readonly run: string }) {
  const { state, step, reason, message, count, example, continued } = cause;
  return (
    <>
      <a class="cause" href={runLink(run, 'items', { state, step, reason })}>
        <b class="count">{formatCount(count)}</b>
        <State of={state} />
        <span class="why">
          <b>
            <Text of={reason} />
          </b>{' '}
          <span class="mute">
            at step <Text of={step} />
            {continued && ', then continued'}
          </span>
          {message !== null && (
            <span class="message">
              <Text of={message} />
            </span>
          )}
        </span>
      </a>
      <p class="example">
        For example{' '}
        <code>
          <Text of={example.key} />
        </code>
        {example.requestId !== null && (
          <>
            , request{' '}
            <code>
              <Text of={example.requestId} />
            </code>
          </>
        )}
      </p>
    </>
  );
}
