import { isFileUuid, parseFileUuid } from '../core/file-uuid.ts';
import type { Item } from '../core/item.ts';
import type { Outcome } from '../core/outcome.ts';
import type { EarlierResultLookup } from '../engine/tasks/step-items.ts';
import { operationOf, type Step } from '../job/step-schemas.ts';
import type { OtherWork } from '../state/ledger-shelf.ts';
import { type OtherWorks, skipsCompletedWork } from '../state/other-works.ts';
import type { RestClient } from '../uploadcare/rest-client.ts';

/** What a look needs. */
export interface LookPlace {
  readonly client: RestClient;
  readonly others: OtherWorks;
  /** When this run began, server time, ms. */
  readonly startedAt: number;
  /** True where later steps work on the file that the step made. */
  readonly isFileUsed: boolean;
}

type Look = (signal: AbortSignal) => Promise<Outcome | null>;

/**
 * How a step learns what other runs did or do: their ledgers tell at once, and one read of the file
 * for add-ons that leave their result there. With `skipIfDone: false`, only runs that overlap with
 * this one count: their work is shared, and what others did is done again. null for a step whose
 * work may be done twice.
 */
export function createEarlierResultLookup(
  { step, place: stepPlace }: { readonly step: Step; readonly place: number },
  place: LookPlace,
): EarlierResultLookup | null {
  if (!('skipIfDone' in step)) return null;
  const isSkipped = skipsCompletedWork(step);
  const atFile = isSkipped ? operationOf(step).doneBefore?.(place.client, step.with) : undefined;
  const since = isSkipped ? null : place.startedAt;
  return (items) => {
    const found = place.others.find(stepPlace, items.map(fileOf), since);
    const looks = new Map<number, Look | 'at-work'>();
    for (const item of items) {
      const known = found.get(fileOf(item));
      if (known?.kind === 'at-work') looks.set(item.seq, 'at-work');
      else if (known !== undefined)
        looks.set(item.seq, (signal) => afterPaid(known, place, signal));
      else if (atFile !== undefined) looks.set(item.seq, (signal) => atFile(item, signal));
    }
    return looks;
  };
}

function fileOf(item: Item): string {
  return item.file ?? item.key;
}

async function afterPaid(
  { run, standing }: OtherWork & { kind: 'paid' },
  { client, isFileUsed }: LookPlace,
  signal: AbortSignal,
): Promise<Outcome> {
  if (standing.kind !== 'done') return notEnded(run, standing.kind);
  const { result, at } = standing;
  const when = at === null ? '' : ` at ${new Date(at).toISOString()}`;
  const done = { kind: 'skipped', reason: 'done before' } as const;
  const message = `Run ${run} did this${when}`;
  const file = typeof result?.['file'] === 'string' ? result['file'] : null;
  if (file !== null && isFileUsed && !(await isThere(client, file, signal))) {
    return { ...done, message: `${message}; the file it made (${file}) is gone` };
  }
  return { ...done, message, continuesAtNextStep: true, ...(result !== null && { result }) };
}

async function isThere({ files }: LookPlace['client'], file: string, signal: AbortSignal) {
  if (!isFileUuid(file)) return false;
  const facts = await files.fileInfo(parseFileUuid(file), signal);
  return facts !== null && facts.removedAt === null;
}

/** Paid for, or perhaps so, and nothing to go on with: the other run has to end first. */
function notEnded(run: string, kind: 'open' | 'in-doubt'): Outcome {
  const [code, message] =
    kind === 'open'
      ? [
          'open_in_earlier_run',
          `Run ${run} has begun this and not seen its end: \`ucbulk resume ${run}\` first`,
        ]
      : [
          'in_doubt_in_earlier_run',
          `Run ${run} is in doubt whether it did this: \`ucbulk resolve ${run}\` first`,
        ];
  return { kind: 'failed', failure: { code, message } };
}
