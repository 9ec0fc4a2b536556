import PQueue from 'p-queue';
import { CRASH_POINTS } from '../../src/core/world.ts';
import {
  type Cell,
  type CellResult,
  cellsOf,
  type Reference,
  referenceOf,
  runCell,
} from './matrix.ts';
import { CELL_FAULTS, OPERATIONS } from './matrix-stage.ts';

/** What a matrix came to. */
export interface MatrixResult {
  readonly results: readonly CellResult[];
  /** Points that no operation reaches: nothing is known of them. */
  readonly unreached: readonly string[];
}

/** Cells that every test run has beside one for each point: a lost answer in each doubt class. */
const ALWAYS: readonly Cell[] = [
  { uses: 'addon/remove_bg', point: 'after-write', hit: 2, fault: 'kept' },
  { uses: 'convert/video', point: 'after-write', hit: 1, fault: 'lost' },
  { uses: 'copy-local', point: 'after-write', hit: 2, fault: 'kept' },
  { uses: 'copy-local', point: 'after-write', hit: 3, fault: 'lost' },
  { uses: 'import-url', point: 'after-write', hit: 1, fault: 'kept' },
  { uses: 'upload', point: 'after-write', hit: 4, fault: 'kept' },
  { uses: 'upload', point: 'transfer-noted', hit: 1, fault: 'none' },
  { uses: 'create-group', point: 'after-write', hit: 2, fault: 'kept' },
  { uses: 'convert/document-to-pages', point: 'after-write', hit: 1, fault: 'kept' },
  { uses: 'addon/uc_clamav_virus_scan', point: 'after-write', hit: 1, fault: 'kept' },
  { uses: './in-doubt.mjs', point: 'after-write', hit: 2, fault: 'kept' },
  { uses: './probe.mjs', point: 'after-write', hit: 1, fault: 'kept' },
  { uses: './repeat.mjs', point: 'response-received', hit: 2, fault: 'none' },
  { uses: 'delete', point: 'after-write', hit: 2, fault: 'kept' },
  { uses: 'delete-by-plan', point: 'page-committed', hit: 4, fault: 'none' },
  { uses: 'delete-by-plan', point: 'after-write', hit: 2, fault: 'kept' },
  { uses: 'delete-after-backup', point: 'after-write', hit: 1, fault: 'kept' },
  { uses: 'copy-to-bucket-in-parts', point: 'transfer-noted', hit: 2, fault: 'none' },
  { uses: 'restore', point: 'after-write', hit: 2, fault: 'kept' },
  { uses: 'delete-swept', point: 'after-write', hit: 3, fault: 'kept' },
  { uses: 'store-swept', point: 'outcome-committed', hit: 3, fault: 'none' },
];

/** `op=delete,point=after-write,hit=2,fault=kept`: cells that meet all of it. */
export function selectorOf(only: string | undefined): (cell: Cell) => boolean {
  if (only === undefined) return () => true;
  const pairs = only.split(',').map((pair) => pair.split('='));
  const wanted = new Map(pairs.map(([name = '', value = '']) => [name, value]));
  const unknown = [...wanted.keys()].find(
    (name) => !['op', 'point', 'hit', 'fault'].includes(name),
  );
  if (unknown !== undefined)
    throw new Error(`--only knows op, point, hit and fault, not ${unknown}`);
  return ({ uses, point, hit, fault }) => {
    const facts = { op: uses, point, hit: String(hit), fault };
    return Object.entries(facts).every(([name, value]) => (wanted.get(name) ?? value) === value);
  };
}

/** The operation that `--only` names; null if it names none. */
export function operationIn(only: string | undefined): string | null {
  const uses = /(?:^|,)op=([^,]+)/.exec(only ?? '')?.[1] ?? null;
  if (uses !== null && !OPERATIONS.includes(uses)) {
    throw new Error(`There is no operation ${uses}; there are: ${OPERATIONS.join(', ')}`);
  }
  return uses;
}

/** A cell as `--only` takes it. */
export function cellText({ uses, point, hit, fault }: Cell): string {
  return `op=${uses},point=${point},hit=${hit},fault=${fault}`;
}

/** The whole matrix, or what is selected of it; tells each cell as it ends. */
export async function runMatrix(
  options: { only: (cell: Cell) => boolean; operation: string | null; jobs: number },
  tell: (result: CellResult) => void,
): Promise<MatrixResult> {
  const queue = new PQueue({ concurrency: options.jobs });
  const { operation } = options;
  const plain = await references(queue, operation === null ? OPERATIONS : [operation]);
  const results: CellResult[] = [];
  const run = async (cell: Cell, reference: Reference) => {
    const result = await runCell(cell, reference);
    results.push(result);
    tell(result);
  };
  for (const [uses, reference] of plain) {
    for (const fault of CELL_FAULTS) {
      const isWanted = (cell: Cell) => options.only({ ...cell, fault });
      if (!cellsOf(uses, 'none', reference).some(isWanted)) continue;
      const hits = fault === 'none' ? reference : await referenceOf(uses, fault);
      const cells = cellsOf(uses, fault, hits).filter(options.only);
      await Promise.all(cells.map((cell) => queue.add(() => run(cell, reference))));
    }
  }
  return { results, unreached: operation === null ? unreachedBy(plain) : [] };
}

/** One cell for each point, each with another operation as far as there are any, and those in `ALWAYS`. */
export async function runSample(jobs: number): Promise<MatrixResult> {
  const queue = new PQueue({ concurrency: jobs });
  const plain = await references(queue, OPERATIONS);
  const possible = [...plain].map(([uses, reference]) => cellsOf(uses, 'none', reference));
  const onePerPoint = CRASH_POINTS.flatMap((point, place) => {
    const rotated = [...possible.slice(place), ...possible.slice(0, place)];
    return (
      rotated.map((cells) => cells.findLast((cell) => cell.point === point)).find(Boolean) ?? []
    );
  });
  const cells = [...onePerPoint, ...ALWAYS];
  const results = await queue.addAll(
    cells.map((cell) => async () => runSampled(cell, referenceFor(cell, plain))),
  );
  return { results, unreached: unreachedBy(plain) };
}

/** On a busy machine a run may be at a point less often than its reference was: then its hit before. */
async function runSampled(cell: Cell, reference: Reference): Promise<CellResult> {
  const result = await runCell(cell, reference);
  const mayDieEarlier = !result.killed && result.violations.length === 0 && cell.hit > 1;
  return mayDieEarlier ? runSampled({ ...cell, hit: cell.hit - 1 }, reference) : result;
}

function referenceFor({ uses }: Cell, plain: ReadonlyMap<string, Reference>): Reference {
  const reference = plain.get(uses);
  if (reference === undefined) throw new Error(`No reference for ${uses}`);
  return reference;
}

async function references(
  queue: PQueue,
  operations: readonly string[],
): Promise<ReadonlyMap<string, Reference>> {
  const made = await queue.addAll(
    operations.map((uses) => async () => [uses, await referenceOf(uses, 'none')] as const),
  );
  return new Map(made);
}

function unreachedBy(plain: ReadonlyMap<string, Reference>): string[] {
  const reached = new Set(
    [...plain].flatMap(([uses, reference]) =>
      cellsOf(uses, 'none', reference).map(({ point }) => point),
    ),
  );
  return CRASH_POINTS.filter((point) => !reached.has(point));
}
