import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AuditEntry, createEmulator, type Emulator } from '../../src/emulator/emulator.ts';

/** An add-on run as the emulator saves it. */
interface SavedRun {
  readonly request_id: string;
  readonly result?: { readonly file_id?: string };
}

/** A project of pictures whose add-on makes unstored files, behind a rate limit. */
export function pictureProject(options: {
  readonly items: number;
  readonly seed: number;
  /** Requests a second. */
  readonly rate: number;
}): Emulator {
  const { items, seed, rate } = options;
  const emulator = createEmulator({
    seed,
    autostore: false,
    unstoredLifetimeMs: null,
    throttle: { perSecond: rate, burst: 10 },
    // A real cut-out takes seconds; what is tested here is the runner, not patience.
    work: { remove_bg: { medianMs: 800, sigma: 0.6, hiddenMs: 100 } },
  });
  // An answer takes its time, so that a kill finds requests under way.
  const path = '/addons/remove_bg/execute/';
  emulator.faults.add({ method: 'POST', path, fault: { kind: 'delay', ms: 30 } });
  const storedAt = '2026-10-01T00:00:00.000000Z';
  for (let place = 0; place < items; place += 1) {
    const uploadedAt = new Date(Date.UTC(2026, 8, 1) + place * 1000).toISOString();
    const name = `picture-${place}.jpg`;
    emulator.projects[0]?.addFile({
      name,
      mimeType: 'image/jpeg',
      isImage: true,
      uploadedAt,
      storedAt,
    });
  }
  return emulator;
}

/** Maximum number of requests at once: a kill puts at most so many in doubt. */
export const PIPELINE_CONCURRENCY = 8;

/** Writes the job of the issue: cut out, store, tag, copy to the bucket. */
export function writePipelineJob(folder: string): void {
  const onCut = { file: ['$', '{{ steps.cut.file }}'].join('') };
  const steps = [
    { id: 'cut', uses: 'addon/remove_bg' },
    { id: 'keep', uses: 'store', with: onCut },
    { id: 'tag', uses: 'tags', with: { ...onCut, add: ['cutout'] } },
    { id: 'copy', uses: 'copy-to-remote', with: { ...onCut, target: 'backup' } },
  ];
  const source = { files: { stored: true } };
  const limits = { concurrency: PIPELINE_CONCURRENCY };
  const where = { mime: 'image/*' };
  const job = { version: 1, name: 'killed-pipeline', source, where, steps, limits };
  writeFileSync(join(folder, 'job.json'), JSON.stringify(job));
}

/** The file that each picture's add-on run made, by the emulator's own books. */
export function cutouts(emulator: Emulator): ReadonlyMap<string, string> {
  const runs = (emulator.save().projects[0]?.addon_runs ?? []) as readonly SavedRun[];
  const groupByRequest = new Map(runs.map((run) => [run.request_id, run.result?.file_id ?? '']));
  const found = new Map<string, string>();
  for (const { uuid, requestId } of effectsOf(emulator, 'remove_bg')) {
    found.set(uuid, groupByRequest.get(requestId ?? '') ?? '');
  }
  return found;
}

/** The results that have a copy in the bucket, once for each copy: its name begins with the UUID. */
export function copiedFiles(emulator: Emulator): string[] {
  return [...emulator.bucketObjects('backup-bucket')].map(({ key }) => key.split('/')[0] ?? '');
}

/** What really changed by one operation. */
export function effectsOf(emulator: Emulator, operation: AuditEntry['operation']): AuditEntry[] {
  return [...emulator.audit.entries()].filter(
    (entry) => entry.operation === operation && entry.changed,
  );
}
