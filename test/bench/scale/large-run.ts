import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { FileFacts } from '../../../src/core/file-facts.ts';
import { type FileUuid, parseFileUuid } from '../../../src/core/file-uuid.ts';
import { parseRunId } from '../../../src/core/run.ts';
import { YES } from '../../../src/core/verdict.ts';
import { RunStop } from '../../../src/engine/run-stop.ts';
import { removeRepeats } from '../../../src/engine/walk/remove-repeats.ts';
import type { Selection } from '../../../src/engine/walk/selection.ts';
import { walkSource } from '../../../src/engine/walk/walk-source.ts';
import { loadJobFile } from '../../../src/job/load-job-file.ts';
import { Ledger } from '../../../src/ledger/ledger.ts';
import type { Candidate, Source } from '../../../src/sources/source.ts';
import { statePaths } from '../../../src/state/state-paths.ts';
import { createSystemWorld } from '../../../src/world/system-world.ts';
import { newRun } from '../../support/new-run.ts';

/** The id of the run. */
export const LARGE_RUN = 'run-1';

const JOB = `
version: 1
name: bench-scale
source: { files: { stored: false } }
steps: [{ uses: delete }]
recheckAfter: 1d
`;
const PAGE_FILES = 1000;
const CHUNK = 100;
/** One file in this number is skipped because it was gone. */
const GONE_EACH = 100;

/** A state directory with the run of a delete, and what its listing cost. */
export interface LargeRun {
  /** Wall time of the listing without the source, ms. */
  readonly listingMs: number;
  /** CPU time of the listing without the source, µs. */
  readonly listingMicros: number;
  /** Time that ucbulk needed to exclude that a file was listed twice, ms. */
  readonly repeatsMs: number;
  readonly ledgerBytes: number;
}

/** Creates the ledger of a run with this number of files. The first `ended` of them have their outcome. */
export async function createLargeRun(
  stateDirectory: string,
  run: { readonly files: number; readonly ended: number; readonly restOrigin?: string },
): Promise<LargeRun> {
  const { clock } = createSystemWorld();
  const { restOrigin = 'http://127.0.0.1:1' } = run;
  const job = { ...loadJobFile(JOB, { file: 'job.yaml', env: {}, vars: {} }) };
  const record = newRun({
    runId: parseRunId(LARGE_RUN),
    job,
    jobName: 'bench-scale',
    restOrigin,
    createdAt: clock.now(),
  });
  const path = statePaths(stateDirectory).ledger(record.runId);
  mkdirSync(dirname(path), { recursive: true });
  const ledger = Ledger.create(path, record, { clock });
  const source = createSource(run.files);
  const selection: Selection = { source, filter: () => YES, asOf: Number.MAX_SAFE_INTEGER };
  const [startedAt, cpu] = [performance.now(), process.cpuUsage()];
  const isProven = await walkSource({
    ledger,
    selection,
    serverNow: () => clock.now(),
    crash: () => undefined,
    listener: () => undefined,
    signal: new AbortController().signal,
    countsAll: true,
    onPage: () => undefined,
  });
  const [listedAt, listed] = [performance.now(), process.cpuUsage(cpu)];
  await removeRepeats({ ledger, selection, clock, runStop: new RunStop() }, isProven);
  const repeatsMs = performance.now() - listedAt;
  endItems(ledger, run.ended);
  ledger.close();
  return {
    listingMs: listedAt - startedAt - source.used.ms,
    listingMicros: listed.user + listed.system - source.used.micros,
    repeatsMs,
    ledgerBytes: statSync(path).size,
  };
}

/** A listing of random UUIDs in the order of their upload times. Measures its own time. */
function createSource(files: number): Source & { readonly used: { ms: number; micros: number } } {
  const used = { ms: 0, micros: 0 };
  let listed = 0;
  return {
    kind: 'files',
    uniqueKeys: true,
    used,
    readPage() {
      const [startedAt, cpu] = [performance.now(), process.cpuUsage()];
      const count = Math.min(PAGE_FILES, files - listed);
      const candidates = Array.from({ length: count }, (_, place) => candidate(listed + place));
      listed += count;
      const next = listed < files ? `https://api.test/files/?offset=${listed}` : null;
      const { user, system } = process.cpuUsage(cpu);
      used.micros += user + system;
      used.ms += performance.now() - startedAt;
      return Promise.resolve({ candidates, next, total: files });
    },
  };
}

function candidate(number: number): Candidate {
  const uuid = benchUuid(number);
  const facts: FileFacts = {
    uuid,
    filename: 'cat.jpg',
    size: 4321,
    mimeType: 'image/jpeg',
    isImage: true,
    isReady: true,
    uploadedAt: 1_600_000_000_000 + number,
    storedAt: null,
    removedAt: null,
    metadata: {},
    tags: [],
  };
  return { key: uuid, facts };
}

/** A UUID that looks random. Different numbers have different UUIDs. */
function benchUuid(number: number): FileUuid {
  const random = Math.imul(number + 1, 0x9e3779b1) >>> 0;
  const head = random.toString(16).padStart(8, '0');
  const tail = number.toString(16).padStart(12, '0');
  return parseFileUuid(
    `${head}-${head.slice(4)}-4${head.slice(0, 3)}-a${head.slice(1, 4)}-${tail}`,
  );
}

/** Records the outcomes of the first items as a run does, but with many items in one transaction. */
function endItems(ledger: Ledger, count: number): void {
  for (let first = 1; first <= count; first += PAGE_FILES) {
    ledger.unsynced(() => {
      for (let from = first; from < first + PAGE_FILES && from <= count; from += CHUNK) {
        const length = Math.min(CHUNK, count - from + 1);
        endChunk(
          ledger,
          Array.from({ length }, (_, place) => from + place),
        );
      }
    });
  }
}

function endChunk({ items, outcomes }: Ledger, seqs: readonly number[]): void {
  const move = { step: 0, from: 'running' } as const;
  items.moveItems({ seqs, step: 0, from: 'pending', to: 'running' });
  const gone = seqs.filter((seq) => seq % GONE_EACH === 0);
  items.moveItems({ ...move, seqs: seqs.filter((seq) => seq % GONE_EACH !== 0), to: 'done' });
  items.moveItems({ ...move, seqs: gone, to: 'skipped' });
  for (const item of gone) {
    const end = { item, step: 0, state: 'skipped', reason: 'gone', at: 1_700_000_000_000 } as const;
    outcomes.put({ ...end, message: null, requestId: 'request-1', result: null });
  }
}
