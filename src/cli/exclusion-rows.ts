import { formatCount, formatCounted } from '../core/counted.ts';
import type { Exclusions } from '../core/exclusions.ts';
import { plainText } from '../progress/terminal-text.ts';

/**
 * Formats the number of entries of the source that are not items of the run, such as `2 repeated (the first
 * counts), 3 bad rows, 1 undecidable (unknown: tags 1)`. Returns no row if there are none.
 */
export function exclusionRows({
  repeated,
  rejected,
  undecided,
  unlisted,
  passedOver,
  newMatches = 0,
}: Exclusions): string[][] {
  const parts = [
    ...(repeated === 0 ? [] : [`${formatCount(repeated)} repeated (the first counts)`]),
    ...(rejected === 0 ? [] : [formatCounted(rejected, 'bad row')]),
    ...(undecided.count === 0 ? [] : [undecidedText(undecided)]),
    ...(passedOver.excluded === 0 ? [] : [`${formatCount(passedOver.excluded)} excluded`]),
    ...(passedOver.links === 0 ? [] : [formatCounted(passedOver.links, 'link')]),
  ];
  return [
    ...(newMatches === 0 ? [] : [['left alone', newMatchesText(newMatches)]]),
    ...(parts.length === 0 ? [] : [['left out', parts.join(', ')]]),
    ...(unlisted === 0 ? [] : [['warning', unlistedText(unlisted)]]),
  ];
}

/** Formats the number of items that match, but that the plan of the run does not have. */
function newMatchesText(count: number): string {
  return `${formatCount(count)} new ${count === 1 ? 'match' : 'matches'} that the plan does not have`;
}

/** Names the file with the bad rows of a list; no row if there is none. */
export function rejectsRow(rejects: string | null): string[][] {
  return rejects === null ? [] : [['bad rows', plainText(rejects)]];
}

/** Warns that the service reports more files than it listed, so the list may be incomplete. */
function unlistedText(unlisted: number): string {
  return `the listing ended early: the service counts ${formatCounted(unlisted, 'file')} more than it listed. Run the job again`;
}

/**
 * Formats the number of files for which a condition could not be decided, such as `3 undecidable (unknown:
 * tags 3)`.
 */
function undecidedText({ count, fields }: Exclusions['undecided']): string {
  const unknown = Object.entries(fields).map(([field, files]) => `${field} ${formatCount(files)}`);
  return `${formatCount(count)} undecidable (unknown: ${unknown.join(', ')})`;
}
