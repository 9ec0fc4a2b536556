import { expandPattern } from '../copy-pattern.ts';
import { parseCopySource } from '../copy-source.ts';
import { refusals } from '../error-bodies.ts';
import type { Answer, Exchange } from '../exchange.ts';
import type { FileRef } from '../project-files.ts';

// Larger files are not copied (contract 3.6 gives it for local copies).
const COPY_LIMIT_BYTES = 5 * 1024 ** 3;

interface CopyRequest {
  readonly source?: unknown;
  readonly target?: unknown;
  readonly make_public?: unknown;
  readonly pattern?: unknown;
}

/** POST /files/remote_copy/: 201 for a new object, 200 where one of that name is (contract 3.7). */
export function remoteCopy(exchange: Exchange): Answer {
  const asked: CopyRequest = exchange.jsonObject();
  const { ref, effects } = readSource(exchange, asked.source);
  const bucket = readTarget(exchange, asked.target);
  const isPublic = readFlag('make_public', asked.make_public ?? true);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the service's own default pattern
  const pattern = readPattern(asked.pattern ?? '${default}');
  const { uuid, name, size, isReady } = exchange.project.files.describe(ref);
  if (!isReady) throw refusals.fileNotReady();
  if (size > COPY_LIMIT_BYTES) throw refusals.fileTooLargeToCopy();
  const key = expandPattern(pattern, { uuid, name, effects });
  const { project, now } = exchange;
  const isNew = exchange.buckets.put({
    bucket,
    key,
    project: project.number,
    ref,
    isPublic,
    at: now,
  });
  exchange.record('remote_copy', ref, isNew);
  const result = JSON.stringify(`s3://${bucket}/${key}`);
  return { status: isNew ? 201 : 200, body: `{"type":"url","result":${result}}` };
}

// not recorded: an unknown or removed source is a bad one (contract 15.15).
function readSource(exchange: Exchange, value: unknown): { ref: FileRef; effects: string } {
  if (value === undefined || value === null || value === '') {
    throw refusals.parameterRequired('source');
  }
  const source = typeof value === 'string' ? parseCopySource(value) : undefined;
  if (source === undefined) throw refusals.badSource();
  const { files } = exchange.project;
  const ref = files.find(source.uuid);
  if (ref === undefined || files.describe(ref).removedAt !== null) throw refusals.badSource();
  return { ref, effects: source.effects };
}

function readTarget(exchange: Exchange, value: unknown): string {
  // not recorded: an absent target; the words are those of an absent source.
  if (value === undefined || value === null || value === '') {
    throw refusals.parameterRequired('target');
  }
  const bucket = exchange.project.remoteTargets.get(String(value));
  if (bucket === undefined) throw refusals.unknownStorage();
  return bucket;
}

function readFlag(name: string, value: unknown): boolean {
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw refusals.expectedBoolean(name);
}

function readPattern(value: unknown): string {
  if (typeof value !== 'string') throw refusals.badPattern(String(value));
  return value;
}
