import { join } from 'node:path';
import { parse } from 'ini';
import { UserError } from '../core/user-error.ts';
import type { BucketKeys, KeySources } from './bucket-keys.ts';

/** A profile of the AWS tools: its keys, or the command that prints them. */
export type Profile = { readonly region: string | null } & (
  | { readonly kind: 'keys'; readonly keys: BucketKeys }
  | { readonly kind: 'process'; readonly command: string }
);

type Section = Readonly<Record<string, unknown>>;

/**
 * Reads a profile of `~/.aws/credentials` and `~/.aws/config`, or of the files that the variables name. Null if
 * neither file has it. Throws a `UserError` if the profile has no keys that ucbulk can read.
 */
export async function readProfile(
  name: string,
  { env, files, home }: KeySources,
): Promise<Profile | null> {
  const read = async (variable: string, file: string): Promise<Section> => {
    const path = env[variable] ?? join(home, '.aws', file);
    const text = await files.readText(path).catch(() => '');
    return parse(text);
  };
  const [credentials, config] = await Promise.all([
    read('AWS_SHARED_CREDENTIALS_FILE', 'credentials'),
    read('AWS_CONFIG_FILE', 'config'),
  ]);
  const own = sectionOf(credentials, name);
  const more = sectionOf(config, name === 'default' ? name : `profile ${name}`);
  if (own === null && more === null) return null;
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

/** The section of an INI file. The package `ini` divides the name of a section at dots. */
function sectionOf(parsed: Section, name: string): Section | null {
  let found: unknown = parsed;
  for (const part of name.split('.')) {
    found = typeof found === 'object' && found !== null ? (found as Section)[part] : undefined;
  }
  return typeof found === 'object' && found !== null ? (found as Section) : null;
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}
