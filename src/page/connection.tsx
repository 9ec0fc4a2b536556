import { formatInstant } from './format.ts';
import { Prose } from './parts.tsx';
import type { Followed } from './use-data.ts';

/** Shows if the page gets new data, and the reason if it does not. */
export function Connection(props: { readonly isLive: boolean; readonly state: Followed<unknown> }) {
  const { page, lostSince, problem } = props.state;
  if (problem !== null) {
    return (
      <p class="notice bad" role="alert">
        <Prose of={problem} />
        {page !== null && ' The numbers are from before.'}
      </p>
    );
  }
  if (lostSince === null)
    return props.isLive && page !== null ? <span class="live">live</span> : null;
  return (
    <p class="notice bad" role="alert">
      {`The server of this page does not answer since ${formatInstant(lostSince)}. `}
      {page !== null && 'The numbers are from before. '}
      The page tries to connect again. If you stopped <code>ucbulk serve</code>, start it and open
      the address that it prints.
    </p>
  );
}
