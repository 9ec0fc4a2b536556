import { formatInstant } from './format.ts';

/** Shows if the page gets new data, and since when it does not. */
export function Connection(props: { readonly isLive: boolean; readonly lostSince: number | null }) {
  const { isLive, lostSince } = props;
  if (lostSince === null) return isLive ? <span class="live">live</span> : null;
  return (
    <p class="notice bad" role="alert">
      {`The server of this page does not answer since ${formatInstant(lostSince)}. The numbers are from before. `}
      The page tries to connect again. If you stopped <code>ucbulk serve</code>, start it and open
      the address that it prints.
    </p>
  );
}
