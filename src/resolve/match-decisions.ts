import { parseFileUuid } from '../core/file-uuid.ts';
import type { ItemKey } from '../core/item.ts';
import { UserError } from '../core/user-error.ts';
import type { Job } from '../job/job-schema.ts';
import { makerIndex } from '../job/step-schemas.ts';
import type { ClaimedItem } from '../ledger/item-row.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { findAppliedDecisions } from './applied-decisions.ts';
import { findAdoptionFaults } from './check-adopted.ts';
import type { Resolution, ResolveRequest } from './resolution.ts';

const MAX_SHOWN = 20;

/** An item in doubt (its request was sent, and the result is unknown), with the index of its step. */
export interface DoubtfulItem extends ClaimedItem {
  readonly step: number;
}

/**
 * A decision with the item that it concerns. `item` is null if no item in doubt has this key; `Found`
 * includes null until this was checked.
 */
interface Chosen<Found> {
  readonly item: Found;
  readonly key: ItemKey;
  readonly resolution: Resolution;
  readonly place: string;
}

interface Decided {
  readonly job: Job;
  readonly ledger: Ledger;
  readonly run: { readonly path: string; readonly publicKey: string };
}

/**
 * Finds the item in doubt for each decision. Throws a `UserError` that lists all invalid decisions.
 * `unchanged` is the number of decisions that an earlier `ucbulk resolve` already applied.
 */
export function matchDecisions(
  doubtful: readonly DoubtfulItem[],
  given: ResolveRequest['decisions'],
  { job, ledger, run }: Decided,
): { readonly chosen: readonly Chosen<DoubtfulItem>[]; readonly unchanged: number } {
  const { decisions, unchanged } = removeApplied(doubtful, given, run.path);
  const chosen = matchItems(doubtful, decisions);
  throwIfAny(findMissingFiles(chosen, job));
  throwIfAny(checkAdoptions(chosen, job, run));
  throwIfAny(findTakenFiles(chosen, ledger));
  return { chosen, unchanged };
}

/** Removes the decisions that an earlier `ucbulk resolve` already applied. */
function removeApplied(
  doubtful: readonly DoubtfulItem[],
  decisions: ResolveRequest['decisions'],
  path: string,
): Pick<ResolveRequest, 'decisions'> & { readonly unchanged: number } {
  if ('as' in decisions) return { decisions, unchanged: 0 };
  const open = new Set(doubtful.map(({ key }) => key));
  const asked = decisions.filter(({ item }) => !open.has(item));
  const before = findAppliedDecisions(path, asked);
  return {
    decisions: decisions.filter((decision) => !before.has(decision)),
    unchanged: before.size,
  };
}

function matchItems(
  doubtful: readonly DoubtfulItem[],
  decisions: ResolveRequest['decisions'],
): Chosen<DoubtfulItem>[] {
  if ('as' in decisions) {
    return doubtful.map((item) => {
      return { item, key: item.key, resolution: decisions, place: '' };
    });
  }
  const byKey = new Map(doubtful.map((item) => [item.key, item]));
  const chosen = decisions.map(({ item: key, ...decision }) => {
    return { ...decision, key, item: byKey.get(key) ?? null };
  });
  throwIfAny(
    chosen
      .filter(({ item }) => item === null)
      .map((decision) => describeFault(decision, 'is not in doubt in this run')),
  );
  return chosen.filter((decision): decision is Chosen<DoubtfulItem> => decision.item !== null);
}

/**
 * Finds invalid decisions `done`: a later step needs the file that the step made, but `done` names no file.
 */
function findMissingFiles(chosen: readonly Chosen<DoubtfulItem>[], { steps }: Job): string[] {
  const neededBy = steps.map((_, index) =>
    steps.find((later) => makerIndex(later, steps) === index),
  );
  return chosen.flatMap((decision) => {
    const later = neededBy[decision.item.step];
    if (decision.resolution.as !== 'done' || later === undefined) return [];
    return [
      describeFault(
        decision,
        `can't be \`done\` without its file: step ${later.id} acts on the file that was made. Use --as adopt with its UUID, or --as skip`,
      ),
    ];
  });
}

function checkAdoptions(
  chosen: readonly Chosen<DoubtfulItem>[],
  { steps }: Job,
  run: { readonly path: string; readonly publicKey: string },
): string[] {
  const adoptions = chosen.flatMap((decision) => {
    const step = steps[decision.item.step];
    const { resolution } = decision;
    if (resolution.as !== 'adopt' || step === undefined) return [];
    return [{ decision, adoption: { step, file: resolution.file } }];
  });
  const faults = findAdoptionFaults(
    adoptions.map(({ adoption }) => adoption),
    run,
  );
  return adoptions.flatMap(({ decision }, index) => {
    const fault = faults[index] ?? null;
    return fault === null ? [] : [describeFault(decision, fault)];
  });
}

/**
 * Finds invalid decisions "adopt": an answer of the service has shown that the file belongs to another item.
 */
function findTakenFiles(chosen: readonly Chosen<DoubtfulItem>[], { answers }: Ledger): string[] {
  return chosen.flatMap((decision) => {
    const { item, resolution } = decision;
    if (resolution.as !== 'adopt') return [];
    const owner = answers.owner({ space: 'file', id: parseFileUuid(resolution.file) });
    if (owner === null || owner.item === item.seq) return [];
    return [
      describeFault(
        decision,
        `can't adopt ${resolution.file}: the service named it for item ${owner.item}`,
      ),
    ];
  });
}

function describeFault({ key, place }: { key: ItemKey; place: string }, fault: string): string {
  return `${place === '' ? '' : `${place}: `}${JSON.stringify(key.slice(0, 100))} ${fault}`;
}

function throwIfAny(faults: readonly string[]): void {
  if (faults.length > 0) throw badDecisions(faults);
}

/** Returns an error that lists the invalid decisions with their positions. */
export function badDecisions(faults: readonly string[]): UserError {
  const shown = faults.slice(0, MAX_SHOWN);
  const more = faults.length > shown.length ? `\n… and ${faults.length - shown.length} more` : '';
  return new UserError(
    'usage',
    `${shown.join('\n')}${more}\nNothing was changed. \`ucbulk items RUN --state in-doubt\` lists the items in doubt.`,
  );
}
