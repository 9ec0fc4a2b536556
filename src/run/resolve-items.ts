import type { ItemKey } from '../core/item.ts';
import type { JsonObject } from '../core/json.ts';
import type { RunId } from '../core/run.ts';
import { UserError } from '../core/user-error.ts';
import type { World } from '../core/world.ts';
import type { Job } from '../job/job-schema.ts';
import type { ClaimedItem } from '../ledger/item-table.ts';
import { Ledger } from '../ledger/ledger.ts';
import { findRun } from './find-run.ts';
import { keptProjects } from './job-projects.ts';
import { takeRunLocks } from './run-locks.ts';
import { makeStateDirectory } from './state-paths.ts';
import { withCleanup } from './with-cleanup.ts';

/**
 * A person's word on items in doubt: it happened (`done`, with the file it made: `adopt`), it is to
 * be sent again at the risk of a second effect (`redo`), or it is to be left (`skip`).
 */
export type Resolution =
  | { readonly as: 'done' | 'redo' | 'skip' }
  | { readonly as: 'adopt'; readonly file: string };

/** What the word was given on. */
export interface ResolveRequest {
  readonly run: RunId;
  /** null: all items in doubt. */
  readonly keys: readonly ItemKey[] | null;
  readonly resolution: Resolution;
}

const WINDOW = 1000;

/**
 * Ends the doubt about items; gives how many. Nothing is sent: `resume` goes on with them. Items
 * that are named and not in doubt are an error, and then nothing is changed.
 */
export function resolveItems(
  stateDirectory: string,
  request: ResolveRequest,
  world: World,
): Promise<number> {
  return withCleanup(async (defer) => {
    const paths = await makeStateDirectory(stateDirectory, world.files);
    const run = await findRun(paths, world.files, { wanted: request.run, unfinishedOnly: false });
    const ledger = Ledger.open(paths.ledger(run), { clock: world.clock });
    defer(() => ledger.close());
    const record = ledger.run.get();
    const job = record.job as Job;
    const projects = keptProjects(record.publicKey, job);
    const { signal } = new AbortController();
    const tell = () => undefined;
    const lock = { paths, run, world, onConflict: 'fail', signal, tell, defer } as const;
    await takeRunLocks({ ...lock, projects, onOpen: undefined });
    const steps = job.steps.length;
    return ledger.transaction(() => {
      const doubtful = itemsInDoubt(ledger, steps);
      const chosen = choose(doubtful, request.keys);
      for (const item of chosen) settle(ledger, { item, steps, now: world.clock.now() }, request);
      return chosen.length;
    });
  });
}

interface DoubtfulItem extends ClaimedItem {
  readonly step: number;
}

function itemsInDoubt(ledger: Ledger, steps: number): DoubtfulItem[] {
  const found: DoubtfulItem[] = [];
  for (let step = 0; step < steps; step += 1) {
    let after = 0;
    let page = ledger.items.inDoubt(step, { after, limit: WINDOW });
    while (page.length > 0) {
      found.push(...page.map((item) => ({ ...item, step })));
      after = page.at(-1)?.seq ?? after;
      page = ledger.items.inDoubt(step, { after, limit: WINDOW });
    }
  }
  return found;
}

function choose(doubtful: readonly DoubtfulItem[], keys: readonly ItemKey[] | null) {
  if (keys === null) return doubtful;
  const byKey = new Map(doubtful.map((item) => [item.key, item]));
  return keys.map((key) => {
    const item = byKey.get(key);
    if (item !== undefined) return item;
    throw new UserError(
      'not-found',
      `${JSON.stringify(key.slice(0, 100))} is not in doubt in this run. Nothing was changed. \`ucbulk items RUN --state in-doubt\` lists what is.`,
    );
  });
}

function settle(
  ledger: Ledger,
  { item, steps, now }: { item: DoubtfulItem; steps: number; now: number },
  { resolution }: ResolveRequest,
): void {
  const { seq, step } = item;
  const move = { seqs: [seq], step, from: 'in-doubt', openSends: 'clear' } as const;
  if (resolution.as === 'redo') {
    ledger.items.moveItems({ ...move, to: 'pending' });
    ledger.outcomes.remove(seq, step);
    return;
  }
  const isSkip = resolution.as === 'skip';
  const goesOn = !isSkip && step + 1 < steps;
  const to = isSkip ? 'skipped' : goesOn ? 'pending' : 'done';
  ledger.items.moveItems({ ...move, to, ...(goesOn && { toStep: step + 1 }) });
  const result: JsonObject | null = resolution.as === 'adopt' ? { file: resolution.file } : null;
  ledger.outcomes.put({
    item: seq,
    step,
    state: isSkip ? 'skipped' : 'done',
    reason: isSkip ? 'chosen' : null,
    message: null,
    requestId: null,
    result,
    at: now,
  });
}
