import type { EmulatedFile } from '../../core/emulated-file.ts';
import type { FileRef } from '../../files/project-files.ts';
import { refusals } from '../../protocol/rest-refusals.ts';
import { documentFormat, knownFormat, targetFormats } from '../../work/conversion-formats.ts';
import type { ConversionKind, ConversionTarget } from '../../work/conversion-job.ts';
import { type ConversionPath, parseConversionPath } from '../../work/parse-conversion-path.ts';
import type { Answer, Exchange, Handler } from '../exchange.ts';

interface Accepted {
  readonly ref: FileRef;
  readonly file: EmulatedFile;
  readonly target: ConversionTarget;
}

// Successes are plain JSON; errors are not (api 1.3).
const JSON_TYPE = { 'content-type': 'application/json' };

/** POST /convert/document/ (api 7.1). */
export const convertDocument: Handler = (exchange) => convert(exchange, 'document');

/** POST /convert/video/ (api 7.1). */
export const convertVideo: Handler = (exchange) => convert(exchange, 'video');

function convert(exchange: Exchange, kind: ConversionKind): Answer {
  const { project } = exchange;
  if (project.deniedConversions.has(kind)) throw refusals.conversionDenied(kind);
  const asked = exchange.jsonObject() as Readonly<Record<string, unknown>>;
  const { paths } = asked;
  if (!Array.isArray(paths) || paths.length === 0) throw refusals.pathsRequired();
  // Without the field, the project's setting for uploads applies (api 7.1).
  const isStored = readSwitch(asked['store'], project.isAutostored);
  const isGrouped = kind === 'document' && readSwitch(asked['save_in_group'], false);
  const result: object[] = [];
  const problems = new Map<string, string>();
  for (const path of paths.map(pathText)) {
    const accepted = check(exchange, kind, path);
    if (typeof accepted === 'string') problems.set(path, accepted);
    else result.push(startOne(exchange, { kind, path, accepted, isStored, isGrouped }));
  }
  const body = JSON.stringify({ result, problems: Object.fromEntries(problems) });
  return { status: 200, body, headers: JSON_TYPE };
}

function startOne(
  exchange: Exchange,
  {
    kind,
    path,
    accepted,
    isStored,
    isGrouped,
  }: {
    readonly kind: ConversionKind;
    readonly path: string;
    readonly accepted: Accepted;
    readonly isStored: boolean;
    readonly isGrouped: boolean;
  },
): object {
  const { now, requestId, project } = exchange;
  const flaw = kind === 'video' ? videoFlaw(accepted.file) : null;
  const asked = { kind, source: accepted.ref, target: accepted.target, isStored, isGrouped, flaw };
  const job = project.conversions.start(asked, { now, requestId });
  exchange.record(`convert_${kind}`, accepted.ref, true, operationsDetail(path));
  return {
    original_source: path,
    token: project.conversions.tokenOf(job),
    uuid: project.files.uuidOf(job.output),
    ...(job.thumbnailsGroup === null ? {} : { thumbnails_group_uuid: job.thumbnailsGroup }),
  };
}

// The source and operations of a path, or the text of its problem.
function check(exchange: Exchange, kind: ConversionKind, text: string): Accepted | string {
  const path = parseConversionPath(kind, text);
  if ('problem' in path) return path.problem;
  const { files } = exchange.project;
  const ref = files.find(path.uuid);
  const file = ref === undefined ? undefined : files.describe(ref);
  // not recorded: the text for an unknown or removed source (api 15.19).
  if (ref === undefined || file === undefined || file.removedAt !== null) return 'Not found.';
  const problem = kind === 'document' ? documentProblem(file, path.format) : videoProblem(file);
  return problem ?? { ref, file, target: copyTarget(path) };
}

// Copies the values: a slice would keep the text of the request in memory while the job is open.
function copyTarget({ format, page, thumbs }: ConversionPath): ConversionTarget {
  return { format: knownFormat(format), page, thumbs };
}

function documentProblem(file: EmulatedFile, format: string): string | undefined {
  const from = documentFormat(file);
  if (targetFormats(from).includes(format)) return undefined;
  return `the target_format is not a supported 'to' format for this source file. ${from} -> ${format}`;
}

// not recorded: a file that is certainly not a video is a problem (api 15.21).
function videoProblem({ mimeType }: EmulatedFile): string | undefined {
  const isOther = /^(?:image|text)\/|^application\/(?!octet-stream|ogg)/.test(mimeType);
  return isOther ? `The source file is not a video: ${mimeType}` : undefined;
}

// not recorded: a file that may be a video fails later (api 15.21).
function videoFlaw({ mimeType }: EmulatedFile): string | null {
  return mimeType.startsWith('video/') ? null : 'The source file is not a video.';
}

// The docs have 0 and 1 as strings. JSON numbers, words and booleans also worked (api 14.7).
function readSwitch(value: unknown, fallback: boolean): boolean {
  if (value === undefined || value === null || value === 'auto') return fallback;
  const text = String(value);
  if (['1', 'true', 'yes', 'on'].includes(text)) return true;
  if (['0', 'false', 'no', 'off'].includes(text)) return false;
  throw refusals.expectedBoolean('store');
}

function pathText(path: unknown): string {
  return typeof path === 'string' ? path : JSON.stringify(path);
}

// The operations without the file, because two formats of one document are two effects.
function operationsDetail(path: string): string {
  return path.replace(/^.*?\/(?=document|video)/, '').replace(/\/$/, '');
}
