import type { Interaction } from './recordings.ts';

/** What of a recorded answer is not compared exactly. */
export type Leniency =
  /** Fields that came later are left aside, and the order of keys is that of its time. */
  | 'older fields'
  /** The words of an error are those of its time. */
  | 'older words';

/** A kind of recorded answer that does not match to the letter, and why that is right. */
export interface UploadException {
  readonly leniency: Leniency;
  readonly reason: string;
  readonly applies: (interaction: Interaction) => boolean;
}

type Json = Readonly<Record<string, unknown>>;

/** Every exception of the Upload API's replay. They depend on what was recorded, not on its name. */
export const UPLOAD_EXCEPTIONS: readonly UploadException[] = [
  {
    leniency: 'older fields',
    reason: 'before content_info and metadata came in 2022, with keys in another order',
    applies: ({ response }) => fileInfosIn(response.body).some((info) => !('content_info' in info)),
  },
  {
    leniency: 'older fields',
    reason: 'of 2020: error objects had no error_code',
    applies: ({ response }) => {
      const { error } = objectOf(response.body);
      return typeof error === 'object' && error !== null && !('error_code' in error);
    },
  },
  {
    leniency: 'older fields',
    reason: 'of 2018: token came before type',
    applies: ({ response }) => Object.keys(objectOf(response.body))[0] === 'token',
  },
  {
    leniency: 'older words',
    reason: 'of 2020: `HTTPError: 404`; the documentation now has `HTTP client error: 404.`',
    applies: ({ response }) => String(objectOf(response.body)['error']).startsWith('HTTPError'),
  },
];

/** The exception of an interaction; undefined if its answer has to match to the letter. */
export function uploadExceptionOf(interaction: Interaction): UploadException | undefined {
  return UPLOAD_EXCEPTIONS.find(({ applies }) => applies(interaction));
}

function fileInfosIn(value: unknown): Json[] {
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.values(value).flatMap(fileInfosIn);
  return 'image_info' in value ? [value as Json, ...inside] : inside;
}

function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}
