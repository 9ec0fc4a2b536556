import { RunBench, type SentRequest } from '../support/run-bench.ts';

/** A remote job that a run followed to its end. */
export interface FollowedJob {
  /** By the service, ms. */
  readonly durationMs: number;
  readonly polls: number;
  /** From its end to the poll that saw it, ms. */
  readonly lateMs: number;
}

/** So that the schedule is measured, and not how long a request waits for its turn. */
const ROOM = { rate: 400, concurrency: 64 };
const OLD = '2026-11-01T10:00:00.000000Z';
const PICTURE = { mimeType: 'image/png', isImage: true, uploadedAt: OLD, storedAt: OLD };

/** Two runs of add-ons with log-normal durations, on virtual time; the second knows what the first has learned. */
export async function followJobs(
  medianMs: number,
  { sigma, count, room = ROOM }: { sigma: number; count: number; room?: typeof ROOM },
): Promise<FollowedJob[][]> {
  const bench = new RunBench({ work: { remove_bg: { medianMs, sigma } } });
  try {
    return [await followRun(bench, count, room), await followRun(bench, count, room)];
  } finally {
    bench.close();
  }
}

async function followRun(
  bench: RunBench,
  count: number,
  room: typeof ROOM,
): Promise<FollowedJob[]> {
  const [project] = bench.emulator.projects;
  if (project === undefined) throw new Error('The emulator has no project');
  const inline = Array.from({ length: count }, () => project.addFile(PICTURE).uuid);
  const from = { request: bench.sent.length, effect: bench.emulator.audit.length };
  const limits = { rate: room.rate };
  const steps = [{ uses: 'addon/remove_bg' }];
  const end = await bench.start({ source: { inline }, steps, limits }, room);
  if (end?.counts.done !== count) throw new Error('Not every job was followed to its end');

  const outputOf = new Map(
    bench.items(end.run).map(({ key, result }) => [key, String(result?.['file'])]),
  );
  const polls = pollsById(bench.sent.slice(from.request));
  return [...bench.emulator.audit.entries(from.effect)]
    .filter(({ operation }) => operation === 'remove_bg')
    .map(({ uuid, at, requestId }) => {
      const endedAt = project.file(outputOf.get(uuid) ?? '')?.uploadedAt ?? Number.NaN;
      const asked = polls.get(requestId ?? '') ?? [];
      return {
        durationMs: (endedAt - at) / 1000,
        polls: asked.length,
        lateMs: (asked.at(-1) ?? Number.NaN) - endedAt / 1000,
      };
    });
}

/** When each job was asked about. */
function pollsById(sent: readonly SentRequest[]): Map<string, number[]> {
  const polls = new Map<string, number[]>();
  for (const { target, at } of sent) {
    const id = /\/status\/\?request_id=([^&]+)/.exec(target)?.[1];
    if (id !== undefined) polls.set(id, [...(polls.get(id) ?? []), at]);
  }
  return polls;
}
