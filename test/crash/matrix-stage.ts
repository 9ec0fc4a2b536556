import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createEmulator, type Emulator } from '../../src/emulator/emulator.ts';
import type { Job } from '../../src/job/job-schema.ts';
import { loadJobFile } from '../../src/job/load-job-file.ts';
import { OPERATION_CASES, type OperationCase } from '../contract/operation-cases.ts';
import { TEMP_ROOT } from '../support/temp-root.ts';
import { type LifePlace, SPEED } from './matrix-world.ts';

/** What happens to the first request of a run that has an effect. */
export const CELL_FAULTS = ['none', 'lost', 'kept'] as const;
export type CellFault = (typeof CELL_FAULTS)[number];

/** An emulator with what one job needs, and a folder for its runs. */
export interface Stage extends LifePlace {
  readonly emulator: Emulator;
  readonly job: Job;
  readonly directory: string;
  close(): Promise<void>;
}

const DAY_MS = 86_400_000;
/** Enough for the fourth hit of every point that an item reaches. */
const FEW_ITEMS = 5;
/** Operations on a hundred files a request: four pages, four requests. */
const LISTED = { source: { files: { stored: false, pageSize: 90 } }, files: 330 };

/** By options that make an operation another thing. */
const VARIANTS = { partsFrom: '-in-parts', saveInGroup: '-to-pages' };

/** The operations by their names in a job file, variants by names of their own. */
const CASES: ReadonlyMap<string, OperationCase> = new Map(
  OPERATION_CASES.map((operation) => {
    const [variant] = Object.entries(VARIANTS).filter(([option]) => {
      return option in (operation.with ?? {});
    });
    return [`${operation.uses}${variant?.[1] ?? ''}`, operation];
  }),
);

/** What the matrix has a row for. */
export const OPERATIONS: readonly string[] = [...CASES.keys()];

/** The case of one of `OPERATIONS`. */
export function caseOf(uses: string): OperationCase {
  const found = CASES.get(uses);
  if (found === undefined) throw new Error(`There is no operation ${uses}`);
  return found;
}

/** Sets the stage for a run of an operation; the same at every call. */
export async function openStage(uses: string, items = FEW_ITEMS): Promise<Stage> {
  const operation = caseOf(uses);
  const directory = mkdtempSync(join(TEMP_ROOT, 'ucbulk-matrix-'));
  const isListed = uses === 'store' || uses === 'delete';
  const emulator = createEmulator({
    speed: SPEED,
    files: isListed ? LISTED.files : 0,
    storedShare: 0,
    oldestAgeMs: 60 * DAY_MS,
    newestAgeMs: 2 * DAY_MS,
    unstoredLifetimeMs: null,
  });
  const source = isListed ? LISTED.source : operation.prepare({ emulator, directory }, items);
  const server = await emulator.listen();
  const size = uses === 'create-group' ? { size: 2 } : {};
  const step = {
    uses: operation.uses,
    ...((operation.with ?? uses === 'create-group') && { with: { ...operation.with, ...size } }),
  };
  const job = { version: 1, name: 'matrix', source, steps: [step] };
  return {
    emulator,
    directory,
    origin: server.origin,
    stateDirectory: join(directory, 'state'),
    job: loadJobFile(JSON.stringify(job), { file: 'job.json', env: {}, vars: {} }),
    async close() {
      await server.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/**
 * Lets one request go wrong: its connection is reset before or after the effect. `held`: the n-th
 * one gets no answer instead, so that its process can die between the two.
 */
export function addFault(
  { emulator }: Stage,
  uses: string,
  { fault, held }: { fault: CellFault; held: number | null },
): void {
  if (fault === 'none') return;
  const { method, path } = caseOf(uses).mutation;
  const when = fault === 'lost' ? 'before' : 'after';
  emulator.faults.add({
    method,
    path: literalStart(path),
    times: 1,
    after: held === null ? 0 : held - 1,
    fault: { kind: held === null ? 'reset' : 'hang', when },
  });
}

/** What a pattern of paths begins with for certain. */
function literalStart({ source }: RegExp): string {
  if (!source.startsWith('^')) return '/files/';
  return /^[\w/]*/.exec(source.slice(1).replaceAll('\\/', '/'))?.[0] ?? '/';
}
