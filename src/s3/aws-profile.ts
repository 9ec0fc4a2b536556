import { join } from 'node:path';
import { UserError } from '../core/user-error.ts';
import { parseAwsFile, type Section } from './aws-config-file.ts';
import type { BucketKeys, KeySources } from './bucket-keys.ts';

/** A profile of the AWS tools: its keys, or the command that prints them. */
export type Profile = { readonly region: string | null } & (
  | { readonly kind: 'keys'; readonly keys: BucketKeys }
  | { readonly kind: 'process'; readonly command: string }
);

/**
 * Reads a profile of `~/.aws/credentials` and `~/.aws/config`, or of the files that the variables name. Null if
 * neither file has it. Throws a `UserError` if the profile has no keys that ucbulk can read.
 */
export async function readProfile(
  name: string,
  { env, files, home }: KeySources,
): Promise<Profile | null> {
  const read = async (variable: string, file: string) => {
    const path = env[variable] ?? join(home, '.aws', file);
    const text = await files.readText(path).catch(() => '');
    return parseAwsFile(text);
  };
  const [credentials, config] = await Promise.all([
    read('AWS_SHARED_CREDENTIALS_FILE', 'credentials'),
    read('AWS_CONFIG_FILE', 'config'),
  ]);
  const own = credentials.get(name);
  const more = config.get(name === 'default' ? name : `profile ${name}`);
  if (own === undefined && more === undefined) return null;
  return toProfile(name, { ...more, ...own });
}

function toProfile(name: string, section: Section): Profile {
  const region = text(section['region']);
  const accessKeyId = text(section['aws_access_key_id']);
  const secretAccessKey = text(section['aws_secret_access_key']);
  const sessionToken = text(section['aws_session_token']);
  if (accessKeyId !== null && secretAccessKey !== null) {
    const keys = { accessKeyId, secretAccessKey, ...(sessionToken !== null && { sessionToken }) };
    return { kind: 'keys', region, keys };
  }
  const command = text(section['credential_process']);
  if (command !== null) return { kind: 'process', region, command };
  const isLogin = Object.keys(section).some((key) => key.startsWith('sso_') || key === 'role_arn');
  const advice = isLogin
    ? `ucbulk does not log in by itself: set credential_process = aws configure export-credentials --profile ${name} in another profile, and name that one`
    : 'Add aws_access_key_id and aws_secret_access_key, or credential_process';
  throw new UserError(
    'configuration',
    `The profile ${JSON.stringify(name)} has no keys. ${advice}.`,
  );
}

function text(value = ''): string | null {
  return value.trim() === '' ? null : value.trim();
}
