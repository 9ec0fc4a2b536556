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

// A successful answer has the content type `application/json`. An error answer has the vendor's own type
// (docs/uploadcare-api.md 1.3).
const JSON_TYPE = { 'content-type': 'application/json' };

/** Answers `POST /convert/document/` (docs/uploadcare-api.md 7.1): starts conversions of documents. */
export const convertDocument: Handler = (exchange) => convert(exchange, 'document');

/** Answers `POST /convert/video/` (docs/uploadcare-api.md 7.1): starts conversions of videos. */
export const convertVideo: Handler = (exchange) => convert(exchange, 'video');

function convert(exchange: Exchange, kind: ConversionKind): Answer {
  const { project } = exchange;
  if (project.deniedConversions.has(kind)) throw refusals.conversionDenied(kind);
  const asked = exchange.jsonObject() as Readonly<Record<string, unknown>>;
  const { paths } = asked;
  if (!Array.isArray(paths) || paths.length === 0) throw refusals.pathsRequired();
  // If the request has no field `store`, the project's setting for uploads decides whether the outputs are
  // stored (docs/uploadcare-api.md 7.1).
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

// Checks the path of one conversion. Returns its source file and its operations, or the text of the problem.
function check(exchange: Exchange, kind: ConversionKind, text: string): Accepted | string {
  const path = parseConversionPath(kind, text);
  if ('problem' in path) return path.problem;
  const { files } = exchange.project;
  const ref = files.find(path.uuid);
  const file = ref === undefined ? undefined : files.describe(ref);
  // This text for an unknown or removed source is an assumption: no recording of the real service shows this
  // case (docs/uploadcare-api.md 15.19).
  if (ref === undefined || file === undefined || file.removedAt !== null) return 'Not found.';
  const problem = kind === 'document' ? documentProblem(file, path.format) : videoProblem(file);
  return problem ?? { ref, file, target: copyTarget(path) };
}

// Copies the target's values, because `format` is a substring of the request. A substring keeps the whole
// text in memory until the conversion ends.
function copyTarget({ format, page, thumbs }: ConversionPath): ConversionTarget {
  return { format: knownFormat(format), page, thumbs };
}

function documentProblem(file: EmulatedFile, format: string): string | undefined {
  const from = documentFormat(file);
  if (targetFormats(from).includes(format)) return undefined;
  return `the target_format is not a supported 'to' format for this source file. ${from} -> ${format}`;
}

// If the file is certainly not a video, returns the text of the problem. Assumption: the service then refuses
// the path (docs/uploadcare-api.md 15.21). No recording of the real service shows this case.
function videoProblem({ mimeType }: EmulatedFile): string | undefined {
  const isOther = /^(?:image|text)\/|^application\/(?!octet-stream|ogg)/.test(mimeType);
  return isOther ? `The source file is not a video: ${mimeType}` : undefined;
}

// Returns the reason why a video conversion will fail. The MIME type may not show if the file is a video.
// Assumption: the service then starts the conversion, which fails later (docs/uploadcare-api.md 15.21). No
// recording of the real service shows this case.
function videoFlaw({ mimeType }: EmulatedFile): string | null {
  return mimeType.startsWith('video/') ? null : 'The source file is not a video.';
}

// Reads a switch such as `store`. The vendor's documentation allows only the strings "0" and "1". JSON
// numbers, booleans and words such as "yes" also work (docs/uploadcare-api.md 14.7).
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

// Returns the part of the path that names the operations. The audit log needs it to recognize repeats:
// converting one document to two formats is not a repeat.
function operationsDetail(path: string): string {
  return path.replace(/^.*?\/(?=document|video)/, '').replace(/\/$/, '');
}
