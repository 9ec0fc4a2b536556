import * as z from 'zod';
import type { OwnDefinition } from './own-checks.ts';
import type { OwnName } from './own-name.ts';

/** The facts about own code that every job keeps. */
const codeFacts = {
  /** Absolute path of the loaded file. */
  file: z.string(),
  /** SHA-256 of the code: its file, the files that it imports, and the versions of its packages. */
  sha256: z.string(),
  /** Describes the code, for people. */
  text: z.string(),
};

const itemKind = z.enum(['file', 'group', 'url', 'path']);

/** The facts about an own operation that a job keeps, so that ucbulk can read the job without loading the code. */
export const operationCode = z.strictObject({
  ...codeFacts,
  shape: z.enum(['each', 'batch', 'remote']),
  takes: itemKind,
  lostAnswer: z.enum(['repeat', 'probe', 'in-doubt']),
  irreversible: z.boolean(),
  maxItems: z.number(),
  /** Present if the result of a done item names a new file. */
  makes: z.literal('file').optional(),
  /** Present if each item costs money. */
  paid: z.literal(true).optional(),
});

export type OperationCode = z.output<typeof operationCode>;

/** The facts about an own source that a job keeps. */
export const sourceCode = z.strictObject({ ...codeFacts, gives: itemKind });

export type SourceCode = z.output<typeof sourceCode>;

/** Own code that was loaded from a file. */
export interface LoadedCode {
  readonly uses: OwnName;
  readonly file: string;
  readonly sha256: string;
  readonly definition: OwnDefinition;
}

/** The loaded code of a job, by its names in the job. */
export type JobCode = ReadonlyMap<string, LoadedCode>;
