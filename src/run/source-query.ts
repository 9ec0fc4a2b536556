import { MIN_SECRET } from '../core/redact-secrets.ts';
import { UserError } from '../core/user-error.ts';
import type { Job } from '../job/job-schema.ts';
import type { RunContext } from './run-request.ts';

/** The query that a run appends to the URLs of its list. */
export interface SourceQuery {
  readonly text: string;
  /** The query and its long values: texts that must appear in no output, ledger and log. */
  readonly secrets: readonly string[];
}

const MAX_LENGTH = 4096;
/** Minimum length of a value that is a secret by itself. Shorter ones, such as a date, occur in other texts. */
const MIN_VALUE = 16;

/** The environment variable with the query of the job's URLs; null if there is none. */
export function queryVariable({ source }: Job): string | null {
  return source.kind === 'urls' ? (source.urls.query?.env ?? null) : null;
}

/** Reads the query of the job's URLs; null if the job has none. Throws a `UserError` if it is not usable. */
export function readSourceQuery(
  job: Job,
  { env = {} }: Pick<RunContext, 'env'>,
): SourceQuery | null {
  const name = queryVariable(job);
  if (name === null) return null;
  const text = (env[name] ?? '').trim().replace(/^[?&]/, '');
  const fault = findFault(text);
  if (fault !== null) {
    const message = `${name} ${fault} Nothing was sent. Set it to the query that each URL of the list needs, such as sv=…&sig=….`;
    throw new UserError('configuration', message);
  }
  const values = text.split('&').map((pair) => pair.replace(/^[^=]*=/, ''));
  const long = values.flatMap((value) => [value, decode(value)]);
  return { text, secrets: [text, ...long.filter(({ length }) => length >= MIN_VALUE)] };
}

function findFault(text: string): string | null {
  if (text === '') return 'is not set.';
  if (text.length > MAX_LENGTH) return `has more than ${MAX_LENGTH} characters.`;
  if (!/^[!-~]+$/.test(text) || text.includes('#')) {
    return 'has white space, a # or letters that are not ASCII.';
  }
  if (text.length < MIN_SECRET) {
    return `has fewer than ${MIN_SECRET} characters, so ucbulk could not hide it. If it is no secret, write it into the URLs.`;
  }
  return null;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
