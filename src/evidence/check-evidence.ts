import { createHash, verify } from 'node:crypto';
import { join } from 'node:path';
import { formatBytes } from '../core/byte-size.ts';
import { describeFileProblem } from '../core/file-problem.ts';
import { UserError } from '../core/user-error.ts';
import type { Files } from '../core/world.ts';
import { keyFingerprint, publicKeyFrom } from '../plans/approval-keys.ts';
import {
  type EvidenceManifest,
  type EvidenceSignature,
  MANIFEST_FILE,
  RECORDS_FILE,
  SIGNATURE_FILE,
  sha256,
  signedText,
} from './evidence-format.ts';
import { parseManifest, parseObject } from './parse-manifest.ts';
import { RecordChain } from './record-chain.ts';

/** The largest manifest or signature that is read. Real ones have about 1 KB. */
const MAX_TEXT_BYTES = 1024 ** 2;

/** The result of a check of evidence. */
export interface CheckedEvidence {
  readonly manifest: EvidenceManifest;
  readonly manifestSha256: string;
  /** Descriptions of faults; empty if the evidence is complete and unchanged. */
  readonly faults: readonly string[];
  /** Fingerprint of the key that signed it, and when; null if it has no valid signature. */
  readonly signedBy: string | null;
  readonly signedAt: string | null;
}

/** The evidence to check. */
export interface EvidencePlace {
  readonly folder: string;
  readonly files: Files;
  /** Public keys of which one must have signed the evidence; null if any key, or none, may have signed. */
  readonly trusted: readonly string[] | null;
  readonly signal: AbortSignal;
}

/**
 * Checks that no record of the evidence was changed, moved or removed, and that its signature is valid. Throws a
 * `UserError` if the folder contains no evidence that this version can read.
 */
export async function checkEvidence(place: EvidencePlace): Promise<CheckedEvidence> {
  const text = await readText(place, MANIFEST_FILE);
  const manifest = parseManifest(text, place.folder);
  const manifestSha256 = sha256(text);
  const records = await findRecordFault(place, manifest);
  const { fault, ...signed } = await checkSignature(place, manifestSha256);
  const faults = [records, fault].filter((one) => one !== null);
  return { manifest, manifestSha256, faults, ...signed };
}

async function findRecordFault(
  { folder, files, signal }: EvidencePlace,
  manifest: EvidenceManifest,
): Promise<string | null> {
  const path = join(folder, RECORDS_FILE);
  if (!(await files.exists(path))) return `${RECORDS_FILE} is missing.`;
  const chain = new RecordChain();
  const hash = createHash('sha256');
  const { file } = manifest;
  const differs = `${RECORDS_FILE} is not the file that ${MANIFEST_FILE} names: its size or its SHA-256 differs.`;
  let bytes = 0;
  try {
    for await (const chunk of files.readBytes(path, 0)) {
      signal.throwIfAborted();
      hash.update(chunk);
      bytes += chunk.length;
      const fault = chain.add(chunk);
      if (fault !== null) return fault;
      // The rest of the file is not read, because it may have no end.
      if (bytes > file.bytes) return differs;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw unreadable(path, error);
  }
  const fault = chain.end(manifest);
  if (fault !== null) return fault;
  return bytes === file.bytes && hash.digest('hex') === file.sha256 ? null : differs;
}

async function checkSignature(
  place: EvidencePlace,
  manifestSha256: string,
): Promise<Pick<CheckedEvidence, 'signedBy' | 'signedAt'> & { readonly fault: string | null }> {
  const { folder, files, trusted } = place;
  const unsigned = { signedBy: null, signedAt: null };
  const wrong = (fault: string) => ({ ...unsigned, fault });
  if (!(await files.exists(join(folder, SIGNATURE_FILE)))) {
    if (trusted === null) return { ...unsigned, fault: null };
    return wrong(`It is not signed: ${SIGNATURE_FILE} is missing.`);
  }
  const signature = parseSignature(await readText(place, SIGNATURE_FILE));
  if (signature === null || !isValid(manifestSha256, signature)) {
    return wrong(
      `The signature is wrong: ${SIGNATURE_FILE} or ${MANIFEST_FILE} was changed after it was signed.`,
    );
  }
  const signed = { signedBy: keyFingerprint(signature.key), signedAt: signature.at };
  if (trusted === null || trusted.includes(signature.key)) return { ...signed, fault: null };
  const wanted = trusted.map(keyFingerprint).join(' or ');
  return { ...signed, fault: `It is signed with the key ${signed.signedBy}, and not ${wanted}.` };
}

function isValid(manifestSha256: string, given: EvidenceSignature): boolean {
  try {
    const signature = Buffer.from(given.signature, 'base64');
    return verify(null, signedText(manifestSha256, given), publicKeyFrom(given.key), signature);
  } catch {
    return false;
  }
}

function parseSignature(text: string): EvidenceSignature | null {
  const value = parseObject(text);
  if (value === null) return null;
  const { key, at, signature } = value;
  const isComplete = [key, at, signature].every((one) => typeof one === 'string');
  return isComplete ? (value as unknown as EvidenceSignature) : null;
}

/** Reads a small file of evidence. */
async function readText(place: EvidencePlace, name: string): Promise<string> {
  const { folder, files } = place;
  const path = join(folder, name);
  try {
    const { size } = await files.factsOf(path, 'follow');
    if (size > MAX_TEXT_BYTES) throw new Error(`it has ${formatBytes(size)}, which is too much`);
    return await files.readText(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, cause: unknown): UserError {
  const message = `${path} can't be read: ${describeFileProblem(cause)}. Name the folder that \`ucbulk evidence RUN -o FOLDER\` wrote.`;
  return new UserError('usage', message, { cause });
}
