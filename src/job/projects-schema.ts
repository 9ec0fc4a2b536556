// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are a job file's own expressions.
import * as z from 'zod';
import { blockSchema } from './job-value-schemas.ts';

const VARIABLE = /^\$\{\{\s*env\.([A-Za-z_][A-Za-z0-9_]{0,127})\s*\}\}$/;
const PUBLIC_KEY = { error: '${{ env.TARGET_PUBLIC_KEY }}, or the public key itself' };
const SECRET_KEY = { error: '${{ env.TARGET_SECRET_KEY }}: a secret stands in no job file' };
const NAME = { error: 'is not a name of letters, digits, - and _ that starts with a letter' };

/** A public key: the variable it comes from, and the key once that was read. */
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

/** What stands here is shown in no message: it may be the secret itself. */
const secretKeySchema = z
  .string(SECRET_KEY)
  .transform((text, context): { readonly env: string } => {
    const env = VARIABLE.exec(text)?.[1];
    if (env?.includes('SECRET_KEY') === true) return { env };
    const message =
      env === undefined
        ? 'stands in no job file: put it into a variable of the environment and write ${{ env.TARGET_SECRET_KEY }}'
        : `names the variable ${env}: call it so that SECRET_KEY is in its name, by which secrets are kept out of everything that is printed`;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });

/** A project by its name in the job file. */
export const projectNameSchema = z
  .string({ error: 'the name of one of the projects' })
  .describe("One of the job's projects; that of UPLOADCARE_PUBLIC_KEY if absent");

/** A job file's `projects`: those beside the one that the environment's own keys are for. */
export const projectsSchema = z.record(
  z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, NAME),
  blockSchema({
    publicKey: publicKeySchema.describe('${{ env.NAME }}, or the public key itself'),
    secretKey: secretKeySchema.describe('${{ env.NAME }}; a secret stands in no job file'),
  }),
  { error: 'a block of projects, each with publicKey and secretKey' },
);

/** The projects of a job: where their keys come from. Holds no secret. */
export type JobProjects = z.output<typeof projectsSchema>;
