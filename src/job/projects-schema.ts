// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are expressions of a job file.
import * as z from 'zod';
import { blockSchema, ENV_EXPRESSION as VARIABLE } from './job-value-schemas.ts';

const PUBLIC_KEY = { error: '${{ env.TARGET_PUBLIC_KEY }}, or the public key itself' };
const SECRET_KEY = { error: '${{ env.TARGET_SECRET_KEY }}: never put a secret in a job file' };
const NAME = { error: 'is not a name of letters, digits, - and _ that starts with a letter' };

/**
 * The public key of a project: either the key itself, or the name of the environment variable that contains
 * it. ucbulk sets `key` after it has read the variable.
 */
export interface PublicKeySource {
  readonly env?: string | undefined;
  readonly key?: string | undefined;
}

const publicKeySchema = z.string(PUBLIC_KEY).transform((text, context): PublicKeySource => {
  const env = VARIABLE.exec(text)?.[1];
  if (env !== undefined) return { env };
  if (/^[A-Za-z0-9_-]{1,64}$/.test(text)) return { key: text };
  context.addIssue({ code: 'custom', message: `is not ${PUBLIC_KEY.error}` });
  return z.NEVER;
});

/**
 * The name of the variable that contains a secret key. Messages never show what the user wrote here: it may
 * be the secret key itself, by mistake.
 */
const secretKeySchema = z
  .string(SECRET_KEY)
  .transform((text, context): { readonly env: string } => {
    const env = VARIABLE.exec(text)?.[1];
    if (env?.includes('SECRET_KEY') === true) return { env };
    const message =
      env === undefined
        ? 'must not be in a job file: put it into a variable of the environment and write ${{ env.TARGET_SECRET_KEY }}'
        : `names the variable ${env}: use a variable with SECRET_KEY in its name, so that ucbulk hides its value in all output`;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });

/** The name of a project in the job file, to which a step or the source refers. */
export const projectNameSchema = z
  .string({ error: 'the name of one of the projects' })
  .describe("Name of one of the job's projects; the project of UPLOADCARE_PUBLIC_KEY if absent");

/**
 * The key `projects` of a job file: the projects that the job uses in addition to the default project. The
 * default project has its keys in the environment.
 */
export const projectsSchema = z.record(
  z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, NAME),
  blockSchema({
    publicKey: publicKeySchema.describe('${{ env.NAME }}, or the public key itself'),
    secretKey: secretKeySchema.describe('${{ env.NAME }}; never put a secret in a job file'),
  }),
  { error: 'a block of projects, each with publicKey and secretKey' },
);

/** The projects of a job, with the names of the variables that contain their keys. Contains no secret key. */
export type JobProjects = z.output<typeof projectsSchema>;
