import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createEmulator, type Emulator } from '../../src/emulator/emulator.ts';
import { serveHttp } from '../../src/emulator/server/http-listener.ts';
import type { Job } from '../../src/job/job-schema.ts';
import { loadJobFile } from '../../src/job/load-job-file.ts';
import { loadCode } from '../../src/own-code/library-code.ts';
import { freezePlan } from '../../src/run/freeze-plan.ts';
import { inspectProject } from '../../src/run/inspect-project.ts';
import type { RunContext } from '../../src/run/run-request.ts';
import { startRun } from '../../src/run/start-run.ts';
import { createSystemWorld } from '../../src/world/system-world.ts';
import { OPERATION_CASES, type OperationCase } from '../contract/operation-cases.ts';
import { laxAtFirst } from '../support/lax-service.ts';
import { TEMP_ROOT } from '../support/temp-root.ts';
import { ATTIC_ROWS, type AtticJobs, setAttic } from './attic-rows.ts';
import { contextAt, fastWorld, type LifePlace, SPEED } from './matrix-world.ts';

/** What happens to the first request of a run that has an effect. */
export const CELL_FAULTS = ['none', 'lost', 'kept'] as const;
export type CellFault = (typeof CELL_FAULTS)[number];

/** An emulator with what one job needs, and a folder for its runs. */
export interface Stage extends LifePlace {
  readonly emulator: Emulator;
  readonly job: Job;
  /** Path of the plan that the run applies; null if the run has its own selection. */
  readonly plan: string | null;
  readonly directory: string;
  close(): Promise<void>;
}

const OWN_CODE = fileURLToPath(new URL('../fixtures/own-code', import.meta.url));
const DAY_MS = 86_400_000;
/** Enough for the fourth hit of every point that an item reaches. */
const FEW_ITEMS = 5;
/** Operations on a hundred files a request: four pages, four requests. */
const LISTED = { source: { files: { stored: false, pageSize: 90 } }, files: 330 };

const INVENTORY = { source: { inventory: {} }, where: { stored: false } };

/** By options that make an operation another thing. */
const VARIANTS = { partsFrom: '-in-parts', saveInGroup: '-to-pages' };

/** Own operations, one of each doubt class, and one that makes a file and is paid: test/fixtures/own-code. */
const OWN_CASES: readonly OperationCase[] = [
  ownCase('./repeat.mjs', 'metadata'),
  ownCase('./probe.mjs', 'copy-local'),
  ownCase('./in-doubt.mjs', 'copy-local'),
  ownCase('./paid.mjs', 'copy-local'),
];

/** An own operation that sends the requests of a built-in one. */
function ownCase(uses: string, like: string): OperationCase {
  const found = OPERATION_CASES.find((operation) => operation.uses === like);
  if (found === undefined) throw new Error(`There is no operation ${like}`);
  const { with: _options, ...operation } = found;
  const doubt = uses === './in-doubt.mjs' ? 'undetectable' : found.doubt;
  return { ...operation, uses, doubt };
}

/** Migrations from a bucket, by the names of their rows. */
const BUCKET_CASES: ReadonlyMap<string, OperationCase> = new Map(
  ['import-url', 'upload', 'upload-in-parts'].map((name) => {
    const uses = name === 'import-url' ? name : 'upload';
    const found = OPERATION_CASES.find((one) => {
      return one.uses === uses && 'partsFrom' in (one.with ?? {}) === (name === 'upload-in-parts');
    });
    if (found === undefined) throw new Error(`There is no operation ${name}`);
    return [`${name}-of-bucket`, found] as const;
  }),
);

/** The operations by their names in a job file, variants by names of their own. */
const CASES: ReadonlyMap<string, OperationCase> = new Map(
  [...OPERATION_CASES, ...OWN_CASES].map((operation) => {
    const [variant] = Object.entries(VARIANTS).filter(([option]) => {
      return option in (operation.with ?? {});
    });
    return [`${operation.uses}${variant?.[1] ?? ''}`, operation];
  }),
);

/** Name of a job whose run ends before that of the matrix begins. */
const EARLIER = 'earlier';
/** The run of a restore until the earlier run has ended. */
const NO_RUN = 'none';

/** A delete that applies a plan. */
const BY_PLAN = 'delete-by-plan';

/** A delete of files of an inventory, some of which changed since it was made. */
const BY_INVENTORY = 'delete-by-inventory';

/** A delete of the copies that an earlier run made, as `ucbulk undo` does it. */
const BY_UNDO = 'delete-by-undo';

/** The ending of an operation with `skipIfDone`. A second run of it must have no effect. */
const ONCE = '-once';
const DONE_ONCE = ['upload', 'import-url', 'copy-local', 'copy-to-remote'].map(
  (uses) => `${uses}${ONCE}`,
);

/** The ending of an operation whose job has sweeps, at a service that does not obey at first. */
const SWEPT = '-swept';
/** Two requests of the run, and one or two of its sweep. */
const SWEPT_FILES = 150;

/** What the matrix has a row for. */
export const OPERATIONS: readonly string[] = [
  ...CASES.keys(),
  BY_PLAN,
  ...DONE_ONCE,
  ...BUCKET_CASES.keys(),
  BY_INVENTORY,
  BY_UNDO,
  ...ATTIC_ROWS.keys(),
  `store${SWEPT}`,
  `delete${SWEPT}`,
];

/** True if the job of the operation has sweeps. */
export function isSwept(uses: string): boolean {
  return uses.endsWith(SWEPT);
}

/** True if a second run of the operation must have no effect. */
export function isDoneOnce(uses: string): boolean {
  const attic = ATTIC_ROWS.get(uses);
  return DONE_ONCE.includes(uses) || BUCKET_CASES.has(uses) || attic?.isDoneOnce === true;
}

/** The facts about one of `OPERATIONS` by which its deaths are judged. */
export function caseOf(uses: string): Pick<OperationCase, 'uses' | 'doubt' | 'mutation'> {
  return ATTIC_ROWS.get(uses) ?? operationCase(uses);
}

function operationCase(uses: string): OperationCase {
  const name = withoutEnding(uses);
  const ofBucket = BUCKET_CASES.get(uses);
  if (ofBucket !== undefined) return ofBucket;
  const found = CASES.get(name.startsWith('delete-by-') ? 'delete' : name);
  if (found === undefined) throw new Error(`There is no operation ${uses}`);
  return found;
}

function withoutEnding(uses: string): string {
  if (isSwept(uses)) return uses.slice(0, -SWEPT.length);
  return DONE_ONCE.includes(uses) ? uses.slice(0, -ONCE.length) : uses;
}

/** Sets the stage for a run of an operation; the same at every call. */
export async function openStage(uses: string, items = FEW_ITEMS): Promise<Stage> {
  const directory = mkdtempSync(join(TEMP_ROOT, 'ucbulk-matrix-'));
  const isListed =
    isSwept(uses) || ['store', 'delete', BY_PLAN, BY_INVENTORY, BY_UNDO].includes(uses);
  const files = isSwept(uses) ? SWEPT_FILES : LISTED.files;
  const emulator = createEmulator({
    speed: SPEED,
    files: isListed ? files : 0,
    storedShare: 0,
    oldestAgeMs: 60 * DAY_MS,
    newestAgeMs: 2 * DAY_MS,
    unstoredLifetimeMs: null,
  });
  const listed = uses === BY_INVENTORY ? INVENTORY : { source: LISTED.source };
  const server = await (isSwept(uses) ? serveHttp(laxAtFirst(emulator).handle) : emulator.listen());
  const sourceOf = () =>
    BUCKET_CASES.has(uses)
      ? addObjects(emulator, { origin: server.origin, uses, items })
      : operationCase(uses).prepare({ emulator, directory }, items);
  const attic = setAttic(emulator, { uses, origin: server.origin, items });
  const given = () => ({ ...(isListed ? listed : { source: sourceOf() }), ...stepOf(uses) });
  const job = { version: 1, name: 'matrix', ...(attic === null ? given() : attic.job(NO_RUN)) };
  const text = JSON.stringify(job);
  const code = await loadCode(text, { folder: OWN_CODE });
  const stage = {
    emulator,
    directory,
    origin: server.origin,
    stateDirectory: join(directory, 'state'),
    job: loadJobFile(text, { file: 'job.json', env: {}, vars: {}, code }),
  };
  const plan = uses === BY_PLAN ? join(directory, 'job.plan') : null;
  if (plan !== null) {
    await beforehand(stage, (context) => {
      const freezing = { path: plan, id: 'plan', overwrite: false, jobFile: null, approvers: [] };
      return freezePlan(stage.job, context, freezing);
    });
  }
  if (uses === BY_INVENTORY) await beforehand(stage, inspectProject);
  const later = uses === BY_UNDO ? { job: await undoOfCopies(stage) } : {};
  const restored = attic?.earlier && { job: await restoreOf(stage, attic) };
  return {
    ...stage,
    ...later,
    ...restored,
    plan,
    async close() {
      await server.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Copies the files, and returns the job that deletes the copies. */
async function undoOfCopies(
  stage: Pick<Stage, 'emulator' | 'origin' | 'stateDirectory'>,
): Promise<Job> {
  const copying = { source: LISTED.source, steps: [{ uses: 'copy-local' }] };
  let run = '';
  await beforehand(stage, async (context) => {
    run = (await startRun(loadJob(EARLIER, copying), context)).run;
  });
  return loadJob('matrix', { source: { made: { run } }, steps: [{ uses: 'delete' }] });
}

/** Deletes the files, each after a backup, and returns the job that restores them. */
async function restoreOf(
  stage: Pick<Stage, 'emulator' | 'origin' | 'stateDirectory'>,
  { earlier, job }: AtticJobs,
): Promise<Job> {
  const { run } = await inFastWorld(stage, (context) =>
    startRun(loadJob(EARLIER, earlier ?? {}), context),
  );
  return loadJob('matrix', job(run));
}

function loadJob(name: string, job: object): Job {
  const text = JSON.stringify({ version: 1, name, ...job });
  return loadJobFile(text, { file: 'job.json', env: {}, vars: {} });
}

/** Creates the objects of a bucket. Returns the source of the job. */
function addObjects(
  emulator: Emulator,
  { origin, uses, items }: { origin: string; uses: string; items: number },
): object {
  const size = uses.startsWith('upload-in-parts') ? 11_000_000 : 20;
  const count = size > 20 ? Math.min(items, 2) : items;
  for (let number = 0; number < count; number += 1) {
    emulator.buckets.put('shop-media', `a/${number}.txt`, { bytes: Buffer.alloc(size, number) });
  }
  const place = { url: 's3://shop-media/a/', endpoint: `${origin}/s3`, region: 'us-east-1' };
  return { bucket: place };
}

/** The part of a job after its source. */
function stepOf(uses: string): object {
  const operation = operationCase(uses);
  const size = uses === 'create-group' ? { size: 2 } : {};
  const step = {
    uses: operation.uses,
    ...(isDoneOnce(uses) && { skipIfDone: true }),
    ...((operation.with ?? uses === 'create-group') && { with: { ...operation.with, ...size } }),
  };
  return { steps: [step], ...(isSwept(uses) && { verify: { sweeps: 2 } }) };
}

/**
 * Writes a plan or an inventory. Then somebody stores the first file and deletes the last one, and two new files
 * match.
 */
async function beforehand(
  stage: Pick<Stage, 'emulator' | 'origin' | 'stateDirectory'>,
  write: (context: RunContext) => Promise<unknown>,
): Promise<void> {
  await inFastWorld(stage, write);
  const { emulator, origin } = stage;
  const [project] = emulator.projects;
  if (project === undefined) throw new Error('The emulator has no project');
  const { publicKey, secretKey } = project;
  for (const [method, index] of [
    ['PUT', 0],
    ['DELETE', LISTED.files - 1],
  ] as const) {
    const response = await fetch(`${origin}/files/${project.seededFile(index).uuid}/storage/`, {
      method,
      headers: {
        accept: 'application/vnd.uploadcare-v0.7+json',
        authorization: `Uploadcare.Simple ${publicKey}:${secretKey}`,
      },
    });
    if (!response.ok) throw new Error(`The file was not changed: ${response.status}`);
  }
  for (let file = 0; file < 2; file += 1) project.addFile({ storedAt: null });
}

async function inFastWorld<Result>(
  { emulator, ...place }: Pick<Stage, 'emulator' | 'origin' | 'stateDirectory'>,
  work: (context: RunContext) => Promise<Result>,
): Promise<Result> {
  const system = createSystemWorld();
  const world = fastWorld(
    system,
    () => emulator.clock.now(),
    () => undefined,
  );
  const context = contextAt(place, world, new AbortController().signal);
  return work(context).finally(() => system.close());
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
