import { formatCount } from '../core/counted.ts';
import { plainText } from '../progress/terminal-text.ts';
import type { EndCause } from '../run/run-request.ts';
import { whyText } from './result-text.ts';

/** Formats the most frequent causes of failures, each with the first of its items as an example. */
export function causeBlock(causes: readonly EndCause[]): string[] {
  if (causes.length === 0) return [];
  return ['  Most frequent causes:', ...causes.flatMap(causeLines)];
}

function causeLines({ state, step, reason, message, count, key, requestId }: EndCause): string[] {
  const why = plainText(whyText(reason, message));
  const request = requestId === null ? '' : `, request id ${plainText(requestId)}`;
  return [
    `    ${formatCount(count)} ${state.replace('-', ' ')} at step ${plainText(step)}: ${why}`,
    `      example: ${plainText(key)}${request}`,
  ];
}
