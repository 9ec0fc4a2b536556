/** One operation of a CDN URL, e.g. `-/resize/600x400/`. */
export interface CdnOperation {
  readonly name: string;
  readonly values: readonly string[];
}

/** The parts of a CDN URL. */
export interface CdnPath {
  /** A file's UUID, or the id of a group if there is a `position`. */
  readonly uuid: string;
  /** The position of the file in the group, from 0; null for a file's own URL. */
  readonly position: number | null;
  /** The position in a video, as it was sent; null for the file itself. */
  readonly videoframe: string | null;
  readonly operations: readonly CdnOperation[];
}

const PATH =
  /^\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:~\d+(?=\/nth\/))?)\/(?:nth\/(\d+)\/)?(?:videoframe\/([^/]*)\/)?(.*)$/;
// A clock time with leading zeros, or seconds with an `s`.
const CLOCK_TIME = /^(\d\d):([0-5]\d):([0-5]\d(?:\.\d+)?)$/;
const SECONDS_TIME = /^(\d+(?:\.\d+)?)s$/;

/** Reads the path of a CDN URL; undefined if it has no UUID. Ignores a file name at the end. */
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

/** Seconds of a `videoframe` time, `HH:MM:SS.mmm` or `5.5s`; undefined for anything else. */
export function frameSeconds(text: string): number | undefined {
  const seconds = SECONDS_TIME.exec(text)?.[1];
  if (seconds !== undefined) return Number(seconds);
  const clock = CLOCK_TIME.exec(text);
  if (clock === null) return undefined;
  return Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3]);
}

function readOperations(rest: string): CdnOperation[] {
  // After the last slash comes a file name.
  const parts = rest.slice(0, rest.lastIndexOf('/') + 1).split('/');
  const operations: { name: string; values: string[] }[] = [];
  for (const [at, part] of parts.entries()) {
    if (part === '-' || part === '') continue;
    if (parts[at - 1] === '-') operations.push({ name: part, values: [] });
    else operations.at(-1)?.values.push(part);
  }
  return operations;
}
