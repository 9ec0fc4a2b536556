import { hash } from 'node:crypto';
import type { RunState } from '../core/run.ts';

/** The version of the format of evidence. Another version is refused. */
export const EVIDENCE_FORMAT = 1;
/** The names of the files of evidence. */
export const RECORDS_FILE = 'deletes.ndjson';
export const MANIFEST_FILE = 'manifest.json';
export const SIGNATURE_FILE = 'signature.json';
/** The hash that the first record names as that of the record before it. */
export const NO_HASH = '0'.repeat(64);

/** The content of `manifest.json`. */
export interface EvidenceManifest {
  readonly version: 1;
  readonly type: 'evidence';
  readonly format: typeof EVIDENCE_FORMAT;
  /** The version of ucbulk that wrote the evidence. */
  readonly tool: string;
  /** Time by the clock of this machine, RFC 3339. */
  readonly writtenAt: string;
  readonly run: string;
  readonly job: string;
  /** State of the run. If the run can be resumed, it may delete more files later. */
  readonly state: RunState;
  readonly project: string;
  readonly restOrigin: string;
  /** Times by the service's clock, RFC 3339; null if they are unknown. */
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly confirmedAt: string | null;
  /** The plan of the run; null if it had its own selection. */
  readonly plan: { readonly sha256: string; readonly approvedBy: string | null } | null;
  /**
   * Number of deletes that were sent, or may have been sent, and whose results nobody knows. They have no
   * records.
   */
  readonly unknownResults: number;
  /** Number of records: one for each file or group that the run deleted. */
  readonly records: number;
  /** Number of records of deletes whose answers are unknown, and that a person decided were done. */
  readonly decidedByPerson: number;
  /** Number of records without the facts of the file. */
  readonly withoutFacts: number;
  /** Total size of the deleted files whose facts are known, bytes. Without those that a person decided. */
  readonly deletedBytes: number;
  readonly file: {
    readonly name: typeof RECORDS_FILE;
    readonly bytes: number;
    readonly sha256: string;
  };
  /** Hash of the last line, without its end; `NO_HASH` if there are no records. */
  readonly lastRecord: string;
}

/** The content of `signature.json`. */
export interface EvidenceSignature {
  /** Public key, base64 of its 32 bytes. */
  readonly key: string;
  /** When the person signed, RFC 3339. */
  readonly at: string;
  readonly signature: string;
}

/** The text that is signed. It contains the hash of the manifest, and the manifest contains that of the records. */
export function signedText(
  manifestSha256: string,
  { key, at }: Omit<EvidenceSignature, 'signature'>,
): Buffer {
  return Buffer.from(`ucbulk evidence 1\n${manifestSha256}\n${key}\n${at}\n`);
}

/** The SHA-256 of some bytes, in hexadecimal digits. */
export function sha256(bytes: Uint8Array | string): string {
  return hash('sha256', bytes, 'hex');
}
