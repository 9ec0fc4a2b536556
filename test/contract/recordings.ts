import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** One request and its answer as the service gave it. */
export interface Interaction {
  readonly recordedAt: string;
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: unknown;
  };
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: unknown;
  };
  readonly trust: string;
  readonly endpoint: string;
}

/** The interactions of one recorded test of the vendor. */
export interface Recording {
  readonly name: string;
  readonly interactions: readonly Interaction[];
}

/** False if UCBULK_RECORDINGS names another folder than the one the project has. */
export const isGivenFolder = process.env['UCBULK_RECORDINGS'] === undefined;

const FOLDER =
  process.env['UCBULK_RECORDINGS'] ??
  fileURLToPath(new URL('../../../shared/recordings', import.meta.url));

/**
 * All recordings of a folder; none, with a printed reason, if it is not there. With
 * UCBULK_REQUIRE_RECORDINGS=1, as `npm run test:contract` sets it, that is an error.
 */
export function readRecordings(folder = FOLDER): readonly Recording[] {
  if (!existsSync(folder)) {
    const reason = `No recordings in ${folder}: set UCBULK_RECORDINGS to replay them`;
    if (process.env['UCBULK_REQUIRE_RECORDINGS'] === '1') throw new Error(reason);
    process.stderr.write(`${reason}\n`);
    return [];
  }
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => {
      const { interactions } = JSON.parse(readFileSync(`${folder}/${file}`, 'utf8'));
      return { name: file.replace(/\.json$/, ''), interactions };
    });
}

/** The API version the service answered in, e.g. `0.7`. */
export function versionOf({ response }: Interaction): string | undefined {
  return /v([\d.]+)\+json/.exec(response.headers['content-type'] ?? '')?.[1];
}

/** Whether a recorded body shows the tags of files, as the service does since 2026-06-29. */
export function showsTags({ response }: Interaction): boolean {
  return JSON.stringify(response.body)?.includes('"tags":[') ?? false;
}
