import { isFileUuid, parseFileUuid } from '../core/file-uuid.ts';
import type { Item } from '../core/item.ts';
import type { Outcome } from '../core/outcome.ts';
import type { LookBefore } from '../engine/step-items.ts';
import type { Step } from '../job/step-schemas.ts';
import { addonDoneBefore } from '../operations/addon-done-before.ts';
import type { RestClient } from '../uploadcare/rest-client.ts';
import { type EarlierWork, type EarlierWorks, skipsDone } from './earlier-works.ts';
import { addonCallOf } from './operation-of.ts';

/** What a look needs. */
export interface LookPlace {
  readonly client: Pick<RestClient, 'files' | 'addons'>;
  readonly earlier: EarlierWorks;
  /** True where later steps work on the file that the step made. */
  readonly isFileUsed: boolean;
}

type Look = (signal: AbortSignal) => Promise<Outcome | null>;

/**
 * How a step learns what was done before this run: the ledgers of earlier runs tell at once, and
 * of add-ons that leave their result at the file, one read of it. null where it is done again.
 */
export function lookBeforeOf(
  { step, place: stepPlace }: { readonly step: Step; readonly place: number },
  place: LookPlace,
): LookBefore | null {
  if (!skipsDone(step)) return null;
  const call = addonCallOf(step);
  const atFile = call === null ? null : addonDoneBefore(place.client, call);
  return (items) => {
    const found = place.earlier.find(stepPlace, items.map(fileOf));
    const looks = new Map<number, Look>();
    for (const item of items) {
      const known = found.get(fileOf(item));
      if (known !== undefined) looks.set(item.seq, (signal) => afterEarlier(known, place, signal));
      else if (atFile !== null) looks.set(item.seq, (signal) => atFile(item, signal));
    }
    return looks;
  };
}

function fileOf(item: Item): string {
  return item.file ?? item.key;
}

async function afterEarlier(
  { run, standing }: EarlierWork,
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
  return { ...done, message, goesOn: true, ...(result !== null && { result }) };
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
