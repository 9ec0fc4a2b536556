import { constants, type Stats } from 'node:fs';
import { access, copyFile, type FileHandle, link, lstat, open, rm } from 'node:fs/promises';
import { type AtomicFile, createAtomicFile } from '../report/atomic-file.ts';
import type { LengthEdit } from './php-strings.ts';
import { type DocumentText, type LengthPlan, NO_LENGTHS, planLengths } from './plan-lengths.ts';
import type { ReferenceSettings } from './reference-edits.ts';
import { type Change, type ReferenceCounts, StreamRewriter } from './stream-rewriter.ts';

/** The result of the rewrite of a document. */
export interface DocumentResult {
  readonly path: string;
  /** `skipped`: not a text, and found in a folder. `backup`: the old version of a document. */
  readonly state: 'rewritten' | 'would-change' | 'unchanged' | 'skipped' | 'backup' | 'failed';
  readonly replaced: number;
  /** Number of references that do not change: the new URL can't have their image operations. */
  readonly kept: number;
  /** Number of UUIDs that do not change because they are not part of a CDN URL. */
  readonly bare: number;
  /** Number of URLs that do not change because they show resized versions of moved pictures. */
  readonly sized: number;
  /** Number of references that do not change: the length of the PHP string around them can't be corrected. */
  readonly serialised: number;
  /** The first changes, for the output of a dry run. */
  readonly changes: readonly Change[];
  /** The reason for a failure; null if there is none. */
  readonly message: string | null;
}

/** The settings for rewriting documents. */
export interface DocumentSettings extends ReferenceSettings {
  readonly dryRun: boolean;
  /** Ending that is added to the document's name for its backup. Null to make no backup. */
  readonly backup: string | null;
  /** Creates a unique text for the name of a temporary file. */
  readonly newId: () => string;
  readonly signal: AbortSignal;
}

/** A document to rewrite. */
export interface FoundFile {
  readonly path: string;
  /** True if the user named the file; false if it was found in a folder. */
  readonly isNamed: boolean;
}

/** The counts for a document in which nothing was found. */
export const UNTOUCHED = {
  replaced: 0,
  kept: 0,
  bare: 0,
  sized: 0,
  serialised: 0,
  changes: [],
  message: null,
} as const;

const CHUNK_BYTES = 256 * 1024;
const MAX_CHANGES = 5;
const TEXT_PROBE_BYTES = 8192;

/**
 * Rewrites a document. Reads it once to find references. If there are any, reads it again, writes a new file
 * and replaces the document with it. If something fails, the document stays unchanged.
 */
export async function rewriteDocument(
  place: FoundFile,
  settings: DocumentSettings,
): Promise<DocumentResult> {
  const { path } = place;
  const blank = { path, ...UNTOUCHED };
  let handle: FileHandle | null = null;
  try {
    const facts = await lstat(path);
    if (facts.isSymbolicLink()) throw new Refusal('is a link; name the file that it leads to');
    if (!facts.isFile()) throw new Refusal('is no file');
    handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if (!place.isNamed && (await isBinary(handle))) return { ...blank, state: 'skipped' };
    const before = await handle.stat();
    const { counts, plan } = await analyze(handle, settings);
    const found = { ...blank, ...counts };
    if (found.replaced === 0) return { ...found, state: 'unchanged' };
    if (settings.dryRun) {
      const changes = await firstChanges(handle, plan, settings);
      return { ...found, changes, state: 'would-change' };
    }
    await replace({ path, handle, before, plan }, settings);
    return { ...found, state: 'rewritten' };
  } catch (error) {
    return { ...blank, state: 'failed', message: userMessage(error) };
  } finally {
    await handle?.close();
  }
}

/** Counts the references in a document, and calculates the new lengths of serialised PHP strings. */
async function analyze(
  handle: FileHandle,
  settings: DocumentSettings,
): Promise<{ readonly counts: ReferenceCounts; readonly plan: LengthPlan }> {
  const edits: LengthEdit[] = [];
  const seen = new StreamRewriter(settings, { onLength: (edit) => edits.push(edit) });
  for await (const _ of rewritten(handle, seen, settings.signal));
  const plan =
    edits.length === 0 ? NO_LENGTHS : await planLengths(edits, openText(handle, settings));
  const { counts } = seen;
  const serialised = plan.left.size;
  return { counts: { ...counts, replaced: counts.replaced - serialised, serialised }, plan };
}

async function firstChanges(
  handle: FileHandle,
  plan: LengthPlan,
  settings: DocumentSettings,
): Promise<Change[]> {
  const changes: Change[] = [];
  const onChange = (change: Change) => {
    if (changes.length < MAX_CHANGES) changes.push(change);
  };
  const rewriter = new StreamRewriter(settings, { onChange, plan });
  for await (const _ of rewritten(handle, rewriter, settings.signal)) {
    if (changes.length === MAX_CHANGES) break;
  }
  return changes;
}

function openText(handle: FileHandle, { signal }: DocumentSettings): DocumentText {
  return {
    async *chunks() {
      for await (const chunk of readChunks(handle, signal)) yield chunk;
    },
    async slice(start, end) {
      const { size } = await handle.stat();
      const length = Math.max(0, Math.min(end, size) - start);
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, start);
      return buffer.toString('latin1', 0, bytesRead);
    },
  };
}

/** Thrown to refuse a document; the message is the reason. */
class Refusal extends Error {
  override readonly name = 'Refusal';
}

interface AnalyzedDocument {
  readonly path: string;
  readonly handle: FileHandle;
  /** The properties of the file before ucbulk read it for the first time. */
  readonly before: Stats;
  readonly plan: LengthPlan;
}

async function replace(
  { path, handle, before, plan }: AnalyzedDocument,
  settings: DocumentSettings,
) {
  await access(path, constants.W_OK);
  const { mode, uid, gid } = before;
  const file = await createAtomicFile({
    path,
    mode,
    owner: { uid, gid },
    id: settings.newId(),
  });
  try {
    const rewriter = new StreamRewriter(settings, { plan });
    for await (const bytes of rewritten(handle, rewriter, settings.signal)) await file.write(bytes);
    await file.flush();
    const now = await lstat(path);
    const isSame =
      now.ino === before.ino && now.size === before.size && now.mtimeMs === before.mtimeMs;
    if (!isSame) throw new Refusal('was changed by another program meanwhile; run this again');
    await commit(path, file, settings.backup);
  } finally {
    await file.discard();
  }
}

/** Makes a backup, then replaces the document. So the backup or the document exists at any moment. */
async function commit(path: string, file: AtomicFile, suffix: string | null): Promise<void> {
  if (suffix === null) return file.commit();
  const backup = path + suffix;
  await createBackup(path, backup);
  try {
    await file.commit();
  } catch (error) {
    await rm(backup, { force: true });
    throw error;
  }
}

async function createBackup(path: string, backup: string): Promise<void> {
  try {
    await link(path, backup);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EEXIST') throw new Refusal(`has a backup already: ${backup}`, { cause: error });
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'ENOSYS'].includes(code)) throw error;
    await copyFile(path, backup, constants.COPYFILE_EXCL); // for file systems without hard links
  }
}

async function* rewritten(
  handle: FileHandle,
  rewriter: StreamRewriter,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of readChunks(handle, signal)) {
    const text = rewriter.push(chunk);
    if (text !== '') yield Buffer.from(text, 'latin1');
  }
  const rest = rewriter.end();
  if (rest !== '') yield Buffer.from(rest, 'latin1');
}

/** Reads a file in pieces. Each character of a piece is one byte. */
async function* readChunks(handle: FileHandle, signal: AbortSignal): AsyncGenerator<string> {
  const buffer = Buffer.alloc(CHUNK_BYTES);
  for (let position = 0; ; ) {
    signal.throwIfAborted();
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.toString('latin1', 0, bytesRead);
  }
}

async function isBinary(handle: FileHandle): Promise<boolean> {
  const { buffer, bytesRead } = await handle.read(
    Buffer.alloc(TEXT_PROBE_BYTES),
    0,
    TEXT_PROBE_BYTES,
    0,
  );
  return buffer.subarray(0, bytesRead).includes(0);
}

/** Returns the message of an error that the user can fix. Throws any other error again. */
function userMessage(error: unknown): string {
  if (error instanceof Refusal) return error.message;
  if (error instanceof Error && /^E[A-Z0-9]+$/.test(errorCode(error))) return error.message;
  throw error;
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
