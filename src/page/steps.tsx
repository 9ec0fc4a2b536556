import { formatCount } from '../core/counted.ts';
import type { ItemState } from '../core/item-state.ts';
import type { RunStatus } from '../state/run-status.ts';
import { Section, StateBar, Text } from './parts.tsx';
import { runLink } from './route.ts';
import { stateName } from './words.ts';

const SHOWN: readonly ItemState[] = [
  'failed',
  'in-doubt',
  'skipped',
  'waiting',
  'running',
  'pending',
];

/** The steps of a job, each with a bar of all items of the run. */
export function Steps({ status }: { readonly status: RunStatus }) {
  const { steps, counts, run } = status;
  return (
    <Section title="Steps">
      <ol class="steps">
        {steps.map(({ id, uses, passed, counts: here }) => (
          <li key={id}>
            <p>
              <b>
                <Text of={id} />
              </b>{' '}
              <code>{uses}</code>
            </p>
            <StateBar counts={{ ...here, done: passed }} whole={counts.total} />
            <p class="facts">
              <span>{formatCount(passed)} passed</span>
              {SHOWN.filter((state) => here[state] > 0).map((state) => (
                <a key={state} href={runLink(run, 'items', { state, step: id })}>
                  <i class={`dot ${state}`} />
                  {`${formatCount(here[state])} ${stateName(state)}`}
                </a>
              ))}
            </p>
          </li>
        ))}
      </ol>
    </Section>
  );
}
