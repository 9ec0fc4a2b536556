import { ITEM_STATES } from '../core/item-state.ts';
import type { RunId } from '../core/run.ts';
import type { World } from '../core/world.ts';
import type { LedgerReader } from '../ledger/ledger-reader.ts';
import type { RunItem } from '../ledger/run-items.ts';
import { withReader } from '../ledger/with-reader.ts';
import { statePaths } from '../state/state-paths.ts';
import { cutText } from './cut-text.ts';
import { escapedJson } from './escaped-json.ts';
import { openItems } from './read-items-page.ts';
import { readRunPage } from './read-run-page.ts';
import type { ItemEntry, ReportData } from './shapes.ts';

/** Number of items in doubt, and of items with the same cause or state. */
const MAX_DOUBTS = 5000;
const MAX_EACH = 200;
/** Size of all items as escaped JSON, bytes. The page itself and the rest of its data need less than 1 MB. */
const MAX_BYTES = 4_000_000;
/** An item that needs more than this is shown without its results. */
const MAX_ITEM_BYTES = 4000;

/** Reads the data of an HTML report. Null means the newest run. */
export async function readReportData(
  stateDirectory: string,
  { run: wanted, version }: { readonly run: RunId | null; readonly version: string },
  world: World,
): Promise<ReportData> {
  const run = await readRunPage(stateDirectory, wanted, world);
  return withReader(statePaths(stateDirectory).ledger(run.status.run), (reader) => {
    const items = readReportItems(reader);
    return { run, items, pictures: {}, version, writtenAt: world.clock.now() };
  });
}

/** Reads the items of a report: those in doubt, then some of each cause, then some in each state. */
function readReportItems(reader: LedgerReader): ItemEntry[] {
  const { describe } = openItems(reader);
  const found = new Map<number, ItemEntry>();
  let bytes = 0;
  /** False if there is no room for the item. */
  const add = (item: RunItem): boolean => {
    if (found.has(item.record.seq)) return true;
    const entry = shortened(describe(item));
    const size = Buffer.byteLength(escapedJson(entry));
    if (bytes + size > MAX_BYTES) return false;
    bytes += size;
    found.set(item.record.seq, entry);
    return true;
  };
  const doubts = reader.find({ state: 'in-doubt', after: 0, limit: MAX_DOUBTS });
  if (!doubts.every(add)) return [...found.values()];
  const groups = reader.causes(MAX_EACH).map(({ state, step, reason }) => ({
    state,
    step,
    ...(reason !== null && { reason }),
  }));
  const states = ITEM_STATES.map((state) => ({ state }));
  // So that a few causes with large items do not leave others without any.
  for (const limit of [10, MAX_EACH]) {
    for (const group of [...groups, ...states]) {
      if (!reader.find({ ...group, after: 0, limit }).every(add)) return [...found.values()];
    }
  }
  return [...found.values()];
}

/** Cuts long texts, and leaves out the results of an item if they are large. */
function shortened(entry: ItemEntry): ItemEntry {
  const { message, name } = entry;
  const cut = { ...entry, message: cutText(message), name: cutText(name) };
  if (Buffer.byteLength(escapedJson(cut)) <= MAX_ITEM_BYTES) return cut;
  return { ...cut, result: null, earlierSteps: {} };
}
