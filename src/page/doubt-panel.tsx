import { formatCount } from '../core/counted.ts';
import type { RunPage } from '../page-data/shapes.ts';
import { Cause } from './causes.tsx';
import type { DataSource } from './data-source.ts';
import { Command, Section } from './parts.tsx';
import { runLink } from './route.ts';

/** Items whose result is unknown, and how to decide them. */
export function DoubtPanel(props: { readonly page: RunPage; readonly source: DataSource }) {
  const { status, causes } = props.page;
  const count = status.counts['in-doubt'];
  if (count === 0) return null;
  const { run } = status;
  return (
    <Section title={`${formatCount(count)} in doubt`} class="doubt">
      <p>
        ucbulk sent a request for {count === 1 ? 'this item' : 'these items'} and lost the answer.
        It does not know the result, and it does not guess: a person decides.
      </p>
      <ul class="causes">
        {causes
          .filter(({ state }) => state === 'in-doubt')
          .map((cause) => (
            <li key={`${cause.step} ${cause.reason} ${cause.message}`}>
              <Cause cause={cause} run={run} />
            </li>
          ))}
      </ul>
      {props.source.canControl ? (
        <p>
          <a class="button" href={runLink(run, 'items', { state: 'in-doubt' })}>
            Decide them
          </a>
          {status.isRunning && (
            <span class="mute"> Possible when the run has ended or is stopped.</span>
          )}
        </p>
      ) : (
        <>
          <p class="mute">Find files that may be their results, then decide them in a CSV file:</p>
          <Command text={`ucbulk items ${run} --state in-doubt --candidates`} />
          <Command text={`ucbulk report ${run} --format decisions -o decisions.csv`} />
          <Command text={`ucbulk resolve ${run} --from decisions.csv`} />
        </>
      )}
    </Section>
  );
}
