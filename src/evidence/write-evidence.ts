import { createHash, type KeyObject, sign } from 'node:crypto';
import { join } from 'node:path';
import { describeFileProblem } from '../core/file-problem.ts';
import { stateWithoutProcess } from '../core/run.ts';
import { UserError } from '../core/user-error.ts';
import type { World } from '../core/world.ts';
import { withReader } from '../ledger/with-reader.ts';
import { publicKeyOf } from '../plans/approval-keys.ts';
import {
  countUnknownDeletes,
  type DeletedFile,
  deletedFiles,
  deletedRecord,
} from '../report/deleted-files.ts';
import type { ReportedRun } from '../report/run-items.ts';
import { writeTexts } from '../report/write-texts.ts';
import {
  EVIDENCE_FORMAT,
  type EvidenceManifest,
  type EvidenceSignature,
  MANIFEST_FILE,
  NO_HASH,
  RECORDS_FILE,
  SIGNATURE_FILE,
  sha256,
  signedText,
} from './evidence-format.ts';
import { RecordCounts } from './record-counts.ts';

/** The folder for evidence, and how ucbulk writes into it. */
export interface EvidenceTarget {
  /** Absolute path of the folder. It must be empty, or not exist. */
  readonly folder: string;
  /** The version of ucbulk. */
  readonly tool: string;
  /** The private key for the signature; null for none. */
  readonly privateKey: KeyObject | null;
  readonly signal: AbortSignal;
}

/** Evidence that was written. */
export interface WrittenEvidence {
  readonly manifest: EvidenceManifest;
  /** The hash of the manifest. If somebody keeps it elsewhere, nobody can replace all of the evidence. */
  readonly manifestSha256: string;
  readonly signature: EvidenceSignature | null;
}

/**
 * Writes a record for each file that a run deleted, a manifest, and a signature if there is a key. The manifest
 * is written after the records, so incomplete evidence has none. Throws a `UserError` if the folder has files.
 */
export async function writeEvidence(
  run: ReportedRun,
  { folder, tool, privateKey, signal }: EvidenceTarget,
  { files, clock, ids }: Pick<World, 'files' | 'clock' | 'ids'>,
): Promise<WrittenEvidence> {
  await prepareFolder(folder, files);
  const write = (name: string, texts: Iterable<string>) =>
    writeTexts(texts, { path: join(folder, name), id: ids.runId(), signal }).catch(
      async (error: unknown) => {
        for (const other of [RECORDS_FILE, MANIFEST_FILE]) await files.remove(join(folder, other));
        throw error;
      },
    );
  const records = new Records();
  await write(RECORDS_FILE, records.lines(deletedFiles(run)));
  const writtenAt = new Date(clock.now()).toISOString();
  const manifest: EvidenceManifest = {
    version: 1,
    type: 'evidence',
    format: EVIDENCE_FORMAT,
    tool,
    writtenAt,
    ...describeRun(run),
    unknownResults: countUnknownDeletes(run),
    ...records.result(),
  };
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  await write(MANIFEST_FILE, [text]);
  const manifestSha256 = sha256(text);
  if (privateKey === null) return { manifest, manifestSha256, signature: null };
  const signer = { key: publicKeyOf(privateKey), at: writtenAt };
  const bytes = sign(null, signedText(manifestSha256, signer), privateKey);
  const signature = { ...signer, signature: bytes.toString('base64') };
  await write(SIGNATURE_FILE, [`${JSON.stringify(signature, null, 2)}\n`]);
  return { manifest, manifestSha256, signature };
}

async function prepareFolder(folder: string, files: World['files']): Promise<void> {
  const entries = await listOrCreate(folder, files).catch((error: unknown) => {
    throw new UserError(
      'configuration',
      `The folder ${folder} can't be used: ${describeFileProblem(error)}. Nothing was written. Name another folder.`,
      { cause: error },
    );
  });
  if (entries === 0) return;
  throw new UserError(
    'usage',
    `The folder ${folder} is not empty. Nothing was written. Name a new folder.`,
  );
}

/** Returns the number of entries of a folder. Creates the folder if it does not exist. */
async function listOrCreate(folder: string, files: World['files']): Promise<number> {
  if (await files.exists(folder)) return (await files.listFolder(folder)).length;
  await files.makeDirectory(folder);
  return 0;
}

function describeRun({ ledger }: ReportedRun) {
  return withReader(ledger, (reader) => {
    const run = reader.begun();
    const plan = reader.plan.get();
    return {
      run: run.runId,
      job: run.jobName,
      state: stateWithoutProcess(run.state),
      project: run.publicKey,
      restOrigin: run.restOrigin,
      startedAt: new Date(run.createdAt).toISOString(),
      endedAt: timeText(run.endedAt),
      confirmedAt: timeText(run.confirmedAt),
      plan: plan && { sha256: plan.sha256, approvedBy: plan.approvedBy },
    };
  });
}

/** Formats records as lines. Each line contains the hash of the line before it. */
class Records {
  readonly #hash = createHash('sha256');
  readonly #counts = new RecordCounts();
  #bytes = 0;
  #last = NO_HASH;

  *lines(deleted: Iterable<DeletedFile>): Generator<string> {
    for (const one of deleted) {
      this.#counts.add(one);
      const line = JSON.stringify({
        record: this.#counts.records,
        ...deletedRecord(one),
        previous: this.#last,
      });
      this.#last = sha256(line);
      this.#hash.update(line).update('\n');
      this.#bytes += Buffer.byteLength(line) + 1;
      yield `${line}\n`;
    }
  }

  result() {
    return {
      ...this.#counts.result(),
      file: { name: RECORDS_FILE, bytes: this.#bytes, sha256: this.#hash.digest('hex') },
      lastRecord: this.#last,
    } as const;
  }
}

function timeText(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
