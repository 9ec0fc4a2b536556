/**
 * One operation in a CDN URL. For example, `-/resize/600x400/` has the name `resize` and the value `600x400`.
 */
export interface CdnOperation {
  readonly name: string;
  readonly values: readonly string[];
}

/** The parts of a CDN URL. */
export interface CdnPath {
  /** The UUID of a file. If `position` is not null, the id of a group. */
  readonly uuid: string;
  /** Position of the file in the group, from 0. Null if the URL names a file directly. */
  readonly position: number | null;
  /** The time of a video frame, as the client sent it. Null if the URL asks for the file itself. */
  readonly videoframe: string | null;
  readonly operations: readonly CdnOperation[];
}

const PATH =
  /^\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:~\d+(?=\/nth\/))?)\/(?:nth\/(\d+)\/)?(?:videoframe\/([^/]*)\/)?(.*)$/;
// The two formats of a time in a video: `HH:MM:SS.mmm`, or seconds such as `5.5s`.
const CLOCK_TIME = /^(\d\d):([0-5]\d):([0-5]\d(?:\.\d+)?)$/;
const SECONDS_TIME = /^(\d+(?:\.\d+)?)s$/;

/** Reads the path of a CDN URL. Ignores a file name at the end. Returns undefined if the path has no UUID. */
export function parseCdnPath(path: string): CdnPath | undefined {
  const match = PATH.exec(path);
  if (match === null) return undefined;
  const [, uuid = '', position, videoframe, rest = ''] = match;
  return {
    uuid,
    position: position === undefined ? null : Number(position),
    videoframe: videoframe ?? null,
    operations: readOperations(rest),
  };
}

/**
 * Converts the time of a video frame, such as `00:01:02.500` or `5.5s`, to seconds. Returns undefined for any
 * other text.
 */
export function frameSeconds(text: string): number | undefined {
  const seconds = SECONDS_TIME.exec(text)?.[1];
  if (seconds !== undefined) return Number(seconds);
  const clock = CLOCK_TIME.exec(text);
  if (clock === null) return undefined;
  return Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3]);
}

function readOperations(rest: string): CdnOperation[] {
  // The text after the last slash is a file name, not an operation.
  const parts = rest.slice(0, rest.lastIndexOf('/') + 1).split('/');
  const operations: { name: string; values: string[] }[] = [];
  for (const [at, part] of parts.entries()) {
    if (part === '-' || part === '') continue;
    if (parts[at - 1] === '-') operations.push({ name: part, values: [] });
    else operations.at(-1)?.values.push(part);
  }
  return operations;
}
