import type { RunStatus } from '../state/run-status.ts';
import { runPhase } from './words.ts';

/** The present work of a run, as a coloured word. */
export function Phase({ status }: { readonly status: RunStatus }) {
  const { word, kind } = runPhase(status);
  return <span class={`phase ${kind}`}>{word}</span>;
}
