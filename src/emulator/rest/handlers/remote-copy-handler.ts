import { refusals } from '../../protocol/rest-refusals.ts';
import type { Answer, Exchange } from '../exchange.ts';
import { checkCopyable, readCopyFlag, readCopySource } from './copy-source.ts';

interface CopyRequest {
  readonly source?: unknown;
  readonly target?: unknown;
  readonly make_public?: unknown;
  readonly pattern?: unknown;
}

/**
 * Answers `POST /files/remote_copy/` (docs/uploadcare-api.md 3.7): 201 for a new object in the bucket, 200 if
 * the object already existed.
 */
export function remoteCopy(exchange: Exchange): Answer {
  const asked: CopyRequest = exchange.jsonObject();
  const source = readCopySource(exchange, asked.source);
  const bucket = readTarget(exchange, asked.target);
  const isPublic = readCopyFlag('make_public', asked.make_public ?? true);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the service's own default pattern
  const pattern = readPattern(asked.pattern ?? '${default}');
  checkCopyable(source);
  const { uuid, name } = source.file;
  const key = expandPattern(pattern, { uuid, name, effects: source.effects });
  const { project, now } = exchange;
  const { ref } = source;
  const object = { bucket, key, project: project.number, ref, isPublic, at: now };
  const isNew = exchange.buckets.put(object);
  exchange.record('remote_copy', ref, isNew);
  const result = JSON.stringify(`s3://${bucket}/${key}`);
  return { status: isNew ? 201 : 200, body: `{"type":"url","result":${result}}` };
}

function readTarget(exchange: Exchange, value: unknown): string {
  // Assumption: a missing `target` gets the same text as a missing `source`. No recording of the real service
  // shows this case.
  if (value === undefined || value === null || value === '') {
    throw refusals.parameterRequired('target');
  }
  const bucket = exchange.project.remoteTargets.get(String(value));
  if (bucket === undefined) throw refusals.unknownStorage();
  return bucket;
}

function readPattern(value: unknown): string {
  if (typeof value !== 'string') throw refusals.badPattern(String(value));
  return value;
}

// Assumption: the service refuses these characters, because they cause problems in object stores. No recording
// of the real service shows which ones it refuses.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const BAD_CHARACTERS = /[\u0000-\u001f\u007f\\^`"<>|]/;
const VARIABLE = /\$\{([^}]*)\}/g;

/**
 * The values of the variables in a pattern (docs/uploadcare-api.md 3.7). The name of the copied object is the
 * pattern with these values.
 */
interface PatternValues {
  readonly uuid: string;
  /** The file's original name. */
  readonly name: string;
  readonly effects: string;
}

/** The name of the copied object: the pattern with its variables replaced. Refuses unknown variables. */
function expandPattern(pattern: string, values: PatternValues): string {
  const known = patternVariables(values);
  const key = pattern.replaceAll(VARIABLE, (_, name: string) => {
    const value = known.get(name);
    if (value === undefined) throw refusals.badPattern(pattern);
    return value;
  });
  if (BAD_CHARACTERS.test(pattern)) throw refusals.badPatternCharacter();
  if (key === '') throw refusals.badPattern(pattern);
  return key;
}

function patternVariables({ uuid, name, effects }: PatternValues): ReadonlyMap<string, string> {
  const dot = name.lastIndexOf('.');
  const filename = dot > 0 ? name.slice(0, dot) : name;
  const ext = dot > 0 ? name.slice(dot) : '';
  const autoFilename = `${filename}${effects}${ext}`;
  return new Map([
    ['default', `${uuid}/${autoFilename}`],
    ['auto_filename', autoFilename],
    ['effects', effects],
    ['filename', filename],
    ['uuid', uuid],
    ['ext', ext],
  ]);
}
