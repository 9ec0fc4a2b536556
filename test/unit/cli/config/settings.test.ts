import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { chooseSettings } from '../../../../src/cli/config/choose-settings.ts';
import { readConfigFile } from '../../../../src/cli/config/config-file.ts';
import { withSettings } from '../../../../src/cli/config/with-settings.ts';
import { createSystemWorld } from '../../../../src/world/system-world.ts';
import { TEMP_ROOT } from '../../../support/temp-root.ts';

const CONFIG = `public_key: toppublic
secret_key: topsecret
project_api_token: token
default_project: Production
rest_api_base: https://api.example.com
projects:
  Production:
    public_key: prodpublic
    secret_key: prodsecret
    cdn_base: https://cdn.example.com
  Staging:
    public_key: stagingpublic
    secret_key: stagingsecret
`;

/** A home folder with these files, each readable only by its owner. */
function homeWith(files: Readonly<Record<string, string>>): string {
  const home = mkdtempSync(join(TEMP_ROOT, 'ucbulk-config-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    if (name.includes('/')) mkdirSync(join(home, name, '..'), { recursive: true });
    writeFileSync(join(home, name), text, { mode: 0o600 });
  }
  return home;
}

function placeOf(home: string, env: object = {}) {
  const world = createSystemWorld();
  onTestFinished(() => world.close());
  return { env: { HOME: home, ...env }, cwd: join(home, 'work'), world };
}

/** The keys of the environment that a command gets. */
async function keysOf(home: string, { project, ...env }: Record<string, string> = {}) {
  const { env: settled, warnings } = await withSettings(placeOf(home, env), project);
  return { public: settled.UPLOADCARE_PUBLIC_KEY, secret: settled.UPLOADCARE_SECRET_KEY, warnings };
}

const CLI = { '.uploadcare/config.yaml': CONFIG };

test.each([
  ['the default project', {}, 'prod'],
  ['a project by flag', { project: 'Staging' }, 'staging'],
  ['a project by variable', { UPLOADCARE_PROJECT: 'Staging' }, 'staging'],
  [
    'the flag before the variable',
    { project: 'Production', UPLOADCARE_PROJECT: 'Staging' },
    'prod',
  ],
  [
    'the environment before all',
    { UPLOADCARE_PUBLIC_KEY: 'envpublic', UPLOADCARE_SECRET_KEY: 'envsecret' },
    'env',
  ],
])('%s gives the keys', async (_, given, prefix) => {
  expect(await keysOf(homeWith(CLI), given)).toEqual({
    public: `${prefix}public`,
    secret: `${prefix}secret`,
    warnings: [],
  });
});

test('the top of the file is used if no project is named', async () => {
  const home = homeWith({ '.uploadcare/config.yaml': CONFIG.replace(/default_project.*\n/, '') });
  expect(await keysOf(home)).toMatchObject({ public: 'toppublic', secret: 'topsecret' });
});

test('keys of two projects are never mixed', async () => {
  const home = homeWith(CLI);
  expect(await keysOf(home, { UPLOADCARE_PUBLIC_KEY: 'envpublic' })).toMatchObject({
    public: 'envpublic',
    secret: undefined,
  });
  const half = CONFIG.replace('    secret_key: stagingsecret\n', '');
  expect(
    await keysOf(homeWith({ '.uploadcare/config.yaml': half }), { project: 'Staging' }),
  ).toMatchObject({ public: 'stagingpublic', secret: undefined });
});

test('a named project beside keys of the environment is warned of', async () => {
  const env = { UPLOADCARE_PUBLIC_KEY: 'envpublic', UPLOADCARE_SECRET_KEY: 'envsecret' };
  const { warnings, ...keys } = await keysOf(homeWith(CLI), { ...env, project: 'Staging' });
  expect(keys).toEqual({ public: 'envpublic', secret: 'envsecret' });
  expect(warnings).toEqual([
    'The environment has the keys of a project, so the project "Staging" is not used.',
  ]);
});

test('addresses come from the file, the variable goes first', async () => {
  const place = placeOf(homeWith(CLI));
  expect((await withSettings(place, undefined)).env.UPLOADCARE_REST_API_BASE).toBe(
    'https://api.example.com',
  );
  const env = { ...place.env, UPLOADCARE_REST_API_BASE: 'https://other.example.com' };
  expect((await withSettings({ ...place, env }, undefined)).env.UPLOADCARE_REST_API_BASE).toBe(
    'https://other.example.com',
  );
});

test.each([
  ['~/.uploadcare', { '.uploadcare': '[ucare]\npub_key = inipublic\nsecret = inisecret\n' }],
  [
    'uploadcare.ini',
    { 'work/uploadcare.ini': '; a comment\n[ucare]\npub_key=inipublic\nsecret=inisecret\n' },
  ],
])('the INI file %s of ucare is read', async (_, files) => {
  expect(await keysOf(homeWith(files))).toEqual({
    public: 'inipublic',
    secret: 'inisecret',
    warnings: [],
  });
});

test.each([
  [
    'an unknown project',
    CONFIG,
    { project: 'Stagin' },
    /There is no project "Stagin": it has Production, Staging\. Did you mean "Staging"\?/,
  ],
  [
    'a default project that does not exist',
    CONFIG.replace('default_project: Production', 'default_project: Prod'),
    {},
    /default_project is "Prod", but it has Production, Staging/,
  ],
  [
    'two default projects',
    `${CONFIG}default_project: Staging\n`,
    {},
    /config\.yaml:\d+:1: key "default_project" is repeated/,
  ],
  [
    'a key that is a number',
    CONFIG.replace('toppublic', '12345'),
    {},
    /public_key: expected a text in quotes/,
  ],
  ['no YAML', 'public_key: "x', {}, /config\.yaml:1:\d+: not YAML/],
])('%s is refused', async (_, text, given, message) => {
  const home = homeWith({ '.uploadcare/config.yaml': text });
  await expect(keysOf(home, given)).rejects.toThrow(message);
});

test('a project without any file is refused', async () => {
  await expect(keysOf(homeWith({}), { project: 'x' })).rejects.toThrow(
    'There is no configuration file with the project "x".',
  );
});

test('unknown keys and a file that others can read are warned of', async () => {
  const text = CONFIG.replace('secret_key: stagingsecret', 'secretkey: stagingsecret');
  const home = homeWith({ '.uploadcare/config.yaml': text });
  const path = join(home, '.uploadcare/config.yaml');
  chmodSync(path, 0o644);
  expect((await keysOf(home)).warnings).toEqual([
    `${path} has secret keys, but other users can read it: chmod 600 ${path}`,
    `${path}: project "Staging": unknown key "secretkey"; did you mean "secret_key"?`,
  ]);
});

test('each setting names its origin', async () => {
  const { world, cwd, env } = placeOf(homeWith(CLI), {
    UPLOADCARE_UPLOAD_API_BASE: 'https://up.test',
  });
  const file = await readConfigFile({ env, cwd, files: world.files });
  const { settings } = chooseSettings({ env, project: 'Staging' }, file);
  expect(settings.map(({ name, origin }) => [name, origin])).toEqual([
    ['publicKey', `${file?.path}: project "Staging"`],
    ['secretKey', `${file?.path}: project "Staging"`],
    ['restApiBase', file?.path],
    ['uploadApiBase', 'environment: UPLOADCARE_UPLOAD_API_BASE'],
  ]);
});
