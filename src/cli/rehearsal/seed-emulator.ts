import type { FileFacts } from '../../core/file-facts.ts';
import { createEmulator, type Emulator, type FileSpec } from '../../emulator/emulator.ts';
import { checkInventory, type InventoryFile } from '../../inventory/read-inventory.ts';
import type { Job } from '../../job/job-schema.ts';

/** The keys and the address of the emulated project. They have nothing to do with a real project. */
export const REHEARSAL_CONNECTION = {
  publicKey: 'rehearsal',
  secretKey: 'rehearsal-secret',
  restOrigin: 'http://rehearsal.invalid',
  uploadOrigin: 'http://rehearsal.invalid',
  auth: 'signed',
} as const;

// The real durations are unknown before a run, and nobody wants to wait for them in a rehearsal.
const FAST = { medianMs: 100, sigma: 0 } as const;

/** The files of the inventory that an emulator has. */
export interface SeededFiles {
  /** Time of the listing of the inventory, RFC 3339. */
  readonly listedAt: string;
  /** Number of files in the inventory, and in the emulator. */
  readonly files: number;
  readonly seeded: number;
}

/** Creates the emulator of a rehearsal, without files. */
export function createRehearsalEmulator(job: Job): Emulator {
  const { publicKey, secretKey, restOrigin, uploadOrigin } = REHEARSAL_CONNECTION;
  return createEmulator({
    publicKey,
    secretKey,
    origin: restOrigin,
    uploadOrigin,
    unstoredLifetimeMs: null,
    searchLagMs: 0,
    inventsUrls: true,
    remoteTargets: remoteTargets(job),
    work: {
      local_copy: FAST,
      convert_document: FAST,
      convert_video: FAST,
      uc_clamav_virus_scan: FAST,
      remove_bg: FAST,
      aws_rekognition_detect_labels: FAST,
      aws_rekognition_detect_moderation_labels: FAST,
    },
  });
}

/**
 * Adds the files of an inventory to an emulator. If there are more than `most`, takes evenly spaced ones, because
 * the emulator keeps them in memory.
 */
export async function seedEmulator(
  emulator: Emulator,
  { inventory, most }: { readonly inventory: InventoryFile; readonly most: number },
  signal: AbortSignal,
): Promise<SeededFiles> {
  const { header, end } = await checkInventory(inventory, signal);
  const step = Math.max(1, Math.ceil(end.files / most));
  let index = 0;
  let seeded = 0;
  await checkInventory(inventory, signal, (files) => {
    for (const facts of files) {
      if (index % step === 0) {
        emulator.projects[0]?.addFile(toSpec(facts));
        seeded += 1;
      }
      index += 1;
    }
  });
  return { listedAt: header.listedAt, files: end.files, seeded };
}

function toSpec(facts: FileFacts): FileSpec {
  const { uuid, filename, size, mimeType, isImage, isReady, metadata, tags } = facts;
  return {
    uuid,
    size,
    isImage,
    isReady,
    name: filename ?? 'unknown',
    mimeType: mimeType ?? 'application/octet-stream',
    uploadedAt: new Date(facts.uploadedAt).toISOString(),
    storedAt: facts.storedAt === null ? null : new Date(facts.storedAt).toISOString(),
    metadata: metadata ?? {},
    tags: tags ?? [],
  };
}

/** The storages to which the job copies files. */
function remoteTargets({ steps }: Job): Record<string, string> {
  const targets = steps.flatMap((step) =>
    step.uses === 'copy-to-remote' ? [step.with.target] : [],
  );
  return Object.fromEntries(targets.map((target) => [target, 'rehearsal-bucket']));
}
