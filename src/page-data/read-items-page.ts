import type { RunId } from '../core/run.ts';
import { UserError } from '../core/user-error.ts';
import type { World } from '../core/world.ts';
import type { Job } from '../job/job-schema.ts';
import type { LedgerReader } from '../ledger/ledger-reader.ts';
import type { RunItem } from '../ledger/run-items.ts';
import { withReader } from '../ledger/with-reader.ts';
import { findRun } from '../state/find-run.ts';
import { createItemReporter } from '../state/item-report.ts';
import { statePaths } from '../state/state-paths.ts';
import { storedJob } from '../state/stored-job.ts';
import { Pictures } from './pictures.ts';
import type { GalleryPage, ItemEntry, ItemsPage, ItemsQuery } from './shapes.ts';

const PAGE_ITEMS = 100;
const PAGE_PAIRS = 50;

/** Reads a page of items of a run, in the order of the selection. */
export async function readItemsPage(
  stateDirectory: string,
  { run, query }: { readonly run: RunId; readonly query: ItemsQuery },
  { files }: Pick<World, 'files'>,
): Promise<ItemsPage> {
  const after = parsePosition(query.after);
  return withItems(stateDirectory, run, files, ({ reader, steps, describe }) => {
    const { state, reason, key } = query;
    const step = query.step === undefined ? undefined : findStep(query.step, steps);
    const found = reader.find({
      after,
      // No index has the keys. A key is unique, so the search ends at the first item.
      limit: key === undefined ? PAGE_ITEMS + 1 : 1,
      ...(state !== undefined && { state }),
      ...(step !== undefined && { step }),
      ...(reason !== undefined && { reason }),
      ...(key !== undefined && { key }),
    });
    return { items: found.slice(0, PAGE_ITEMS).map(describe), next: nextOf(found, PAGE_ITEMS) };
  });
}

/** Reads a page of items that a run made into pictures, in the order of the selection. */
export async function readGalleryPage(
  stateDirectory: string,
  { run, after }: { readonly run: RunId; readonly after?: string | undefined },
  { files }: Pick<World, 'files'>,
): Promise<GalleryPage> {
  const start = parsePosition(after);
  return withItems(stateDirectory, run, files, ({ reader, makers, describe }) => {
    const found = reader.findResults({ steps: makers, after: start, limit: PAGE_PAIRS + 1 });
    const pairs = found.slice(0, PAGE_PAIRS).map(describe);
    return {
      pairs: pairs.filter((pair) => pair.after !== null),
      next: nextOf(found, PAGE_PAIRS),
    };
  });
}

/** Reads items of a run, and describes them. */
export interface ItemAccess {
  readonly reader: LedgerReader;
  readonly steps: Job['steps'];
  /** Indexes of the steps that make pictures. */
  readonly makers: readonly number[];
  readonly describe: (item: RunItem) => ItemEntry;
}

/** Creates the access to the items of an open ledger. */
export function openItems(reader: LedgerReader): ItemAccess {
  const job = storedJob(reader.begun());
  const pictures = new Pictures(job, reader);
  const report = createItemReporter(job.steps);
  return {
    reader,
    steps: job.steps,
    makers: pictures.makers,
    describe: (item) => ({ ...report(item), ...pictures.of(item) }),
  };
}

async function withItems<Result>(
  stateDirectory: string,
  wanted: RunId,
  files: World['files'],
  use: (access: ItemAccess) => Result,
): Promise<Result> {
  const paths = statePaths(stateDirectory);
  const run = await findRun(paths, files, wanted);
  return withReader(paths.ledger(run), (reader) => {
    return use(openItems(reader));
  });
}

/** The position after the last item of a page; null if there are no more items. */
function nextOf(found: readonly RunItem[], limit: number): string | null {
  const last = found.length > limit ? found[limit - 1] : undefined;
  return last === undefined ? null : String(last.record.seq);
}

function parsePosition(text: string | undefined): number {
  if (text === undefined) return 0;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new UserError(
    'usage',
    `\`after\` must be the \`next\` of a page, got \`${text.slice(0, 80)}\`.`,
  );
}

function findStep(id: string, steps: Job['steps']): number {
  const found = steps.findIndex((step) => step.id === id);
  if (found >= 0) return found;
  throw new UserError('usage', `The job of this run has no step \`${id.slice(0, 80)}\`.`);
}
