import { exec } from 'node:child_process';
import { promisify } from 'node:util';
import * as z from 'zod';
import { UserError } from '../core/user-error.ts';
import type { BucketKeys } from './bucket-keys.ts';

/** Maximum time for the command, ms. It may ask a person or a server. */
const PATIENCE_MS = 60_000;

/** The output of a `credential_process` (AWS SDKs and Tools Reference Guide, "Process credential provider"). */
const printed = z.object({
  Version: z.literal(1),
  AccessKeyId: z.string().min(1),
  SecretAccessKey: z.string().min(1),
  SessionToken: z.string().optional(),
  Expiration: z.iso.datetime({ offset: true }).optional(),
});

/**
 * Runs the `credential_process` of a profile in a shell, as the AWS tools do, and returns the keys that it prints.
 * Throws a `UserError` without the output of the command, which may contain secrets.
 */
export async function runCredentialProcess(
  command: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<BucketKeys> {
  const options = { env: { ...env }, timeout: PATIENCE_MS, maxBuffer: 1024 * 1024 };
  const { stdout } = await promisify(exec)(command, options).catch((error: unknown) => {
    throw failed('it ended with an error', error);
  });
  const parsed = printed.safeParse(parseJson(stdout));
  if (!parsed.success) throw failed('it did not print keys as JSON with Version 1');
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = parsed.data;
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    ...(SessionToken !== undefined && { sessionToken: SessionToken }),
    ...(Expiration !== undefined && { expiresAt: Date.parse(Expiration) }),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function failed(why: string, cause?: unknown): UserError {
  const code =
    cause instanceof Error && 'code' in cause ? ` (exit code ${String(cause.code)})` : '';
  return new UserError(
    'configuration',
    `The credential_process of the profile gave no keys: ${why}${code}. Run the command by hand to see its message.`,
  );
}
