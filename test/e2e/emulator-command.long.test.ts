import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { jobFile, openShell, type Shell, untilPrinted } from '../support/run-cli.ts';

const CAT = '5223010b-aaaa-4bbb-8ccc-000000000001';
const DOG = '5223010b-aaaa-4bbb-8ccc-000000000002';
const OBJECTS = {
  projects: [
    { pub_key: 'shop', secret_key: 'shopsecret', name: 'Shop', files: [fileOf(CAT), fileOf(DOG)] },
    { pub_key: 'blog', secret_key: 'blogsecret' },
  ],
};

function fileOf(uuid: string): object {
  return {
    uuid,
    datetime_removed: null,
    datetime_stored: null,
    datetime_uploaded: new Date(Date.now() - 3_600_000).toISOString(),
    original_filename: 'cat.png',
    mime_type: 'image/png',
    size: 5000,
    is_image: true,
    is_ready: true,
  };
}

/** Starts an emulator and gives what its stdout tells a shell, once it is told. */
async function serve(shell: Shell, args: readonly string[]) {
  const emulator = shell.start(['emulator', ...args]);
  const [lines] = await untilPrinted(emulator, /(export \w+=.*\n){4}(# .*\n)*/);
  const env = Object.fromEntries(
    [...lines.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
  return { emulator, lines, env };
}

test('ucbulk emulator --files 250: says how to reach it, serves, ends with a signal', async () => {
  const shell = await openShell();
  const { emulator, env } = await serve(shell, ['--files', '250', '--stored-share', '0']);
  const run = await shell.ucbulk(['run', jobFile('store-everything'), '--json'], { env });
  expect(run.documents).toMatchObject([{ type: 'summary', counts: { total: 250, done: 250 } }]);
  emulator.process.kill('SIGINT');
  const end = await emulator.ended;
  const origin = env['UPLOADCARE_REST_API_BASE'];
  expect(end.stdout).toBe(
    `export UPLOADCARE_REST_API_BASE=${origin}\nexport UPLOADCARE_UPLOAD_API_BASE=${origin}\nexport UPLOADCARE_PUBLIC_KEY=demopublickey\nexport UPLOADCARE_SECRET_KEY=demosecretkey\n# buckets (S3): ${origin}/s3 AWS_ACCESS_KEY_ID=EMULATORACCESSKEYID0 AWS_SECRET_ACCESS_KEY=emulator-secret-access-key\n`,
  );
  expect(end.code).toBe(0);
});

test('ucbulk emulator --json: one document once it listens', async () => {
  const shell = await openShell();
  const emulator = shell.start(['emulator', '--files', '10', '--json']);
  const [line = ''] = await untilPrinted(emulator, /\{.*\}\n/);
  const { origin, ...document } = JSON.parse(line);
  expect(origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(document).toMatchObject({
    version: 1,
    type: 'emulator',
    origins: { rest: origin, upload: origin, cdn: origin },
    s3: { endpoint: `${origin}/s3`, accessKeyId: 'EMULATORACCESSKEYID0' },
    publicKey: 'demopublickey',
    otherProjects: [],
  });
  emulator.process.kill('SIGTERM');
  expect((await emulator.ended).code).toBe(0);
});

test('ucbulk emulator: what the environment sets for runs is not for it', async () => {
  const shell = await openShell();
  const env = { UCBULK_RATE: 'x', UCBULK_FILES: '7' };
  const emulator = shell.start(['emulator', '--json'], { env });
  const [line = ''] = await untilPrinted(emulator, /\{.*\}\n/);
  const { files } = JSON.parse(line) as { files: { stored: number; unstored: number } };
  expect(files.stored + files.unstored).toBe(1000);
  emulator.process.kill('SIGTERM');
  expect((await emulator.ended).code).toBe(0);
});

test('ucbulk emulator --port: a port that is taken', async () => {
  const shell = await openShell();
  const { port } = new URL(shell.origin);
  const end = await shell.ucbulk(['emulator', '--port', port]);
  expect(end.stderr).toContain(`Can't listen on 127.0.0.1:${port}`);
  expect(end.code).toBe(3);
});

test('ucbulk emulator --load --save: several projects, and all that was done to them, next time', async () => {
  const shell = await openShell();
  const saved = join(shell.cwd, 'saved.json');
  shell.write('objects.json', JSON.stringify(OBJECTS));
  shell.write(
    'store.yaml',
    `version: 1\nname: store\nsource: { inline: [${CAT}] }\nsteps: [{ uses: store }]\n`,
  );
  const first = await serve(shell, ['--load', 'objects.json', '--save', 'saved.json']);
  expect(first.env).toMatchObject({ UPLOADCARE_PUBLIC_KEY: 'shop' });
  expect(first.lines).toContain(
    '# another project: UPLOADCARE_PUBLIC_KEY=blog UPLOADCARE_SECRET_KEY=blogsecret\n',
  );
  const blog = { UPLOADCARE_PUBLIC_KEY: 'blog', UPLOADCARE_SECRET_KEY: 'blogsecret' };
  const other = await shell.ucbulk(['project', '--json'], { env: { ...first.env, ...blog } });
  expect(other.documents).toMatchObject([{ publicKey: 'blog' }]);
  expect((await shell.ucbulk(['run', 'store.yaml'], { env: first.env })).code).toBe(0);
  expect(existsSync(saved)).toBe(false);
  first.emulator.process.kill('SIGTERM');
  expect((await first.emulator.ended).code).toBe(0);
  // For its owner only: secret keys are in it.
  expect(statSync(saved).mode & 0o077).toBe(0);
  expect(JSON.parse(readFileSync(saved, 'utf8')).projects).toMatchObject([
    {
      pub_key: 'shop',
      name: 'Shop',
      files: [
        { uuid: CAT, datetime_stored: expect.any(String) },
        { uuid: DOG, datetime_stored: null },
      ],
    },
    { pub_key: 'blog', files: [] },
  ]);
  const second = await serve(shell, ['--load', 'saved.json']);
  const plan = await shell.ucbulk(['run', jobFile('store-everything'), '--dry-run', '--json'], {
    env: second.env,
  });
  expect(plan.documents).toMatchObject([{ type: 'plan', firstKeys: [DOG] }]);
});

test('ucbulk emulator --save: SIGUSR2 saves while it serves', async () => {
  const shell = await openShell();
  const { emulator } = await serve(shell, ['--files', '5', '--save', 'now.json']);
  emulator.process.kill('SIGUSR2');
  await untilPrinted(emulator, /Saved \S+now\.json\./);
  const { projects } = JSON.parse(readFileSync(join(shell.cwd, 'now.json'), 'utf8'));
  expect(projects[0].files).toHaveLength(5);
  expect(existsSync(join(shell.cwd, 'now.json.saving'))).toBe(false);
});

test.each([
  ['{"projects":[{"pub_key":"a","files":[{"uuid":"cat"}]}]}', 'projects[0].files[0].uuid: '],
  [
    '{"projects":[{"pub_key":"a"},{"pub_key":"a"}]}',
    'projects[1].pub_key: two projects have the key a',
  ],
  ['{"projcts":[]}', 'projcts'],
  ['[]', 'objects: '],
  ['{\n  "projects": [},\n', "objects.json:2:16: Unexpected token '}'"],
  ['{"projects": [{"pub_key": "a"}', 'objects.json:1:31: '],
  ['{"projects": tru}', 'objects.json:1:17: '],
  ['{"projects": ["a\n"]}', 'objects.json:1:17: '],
])('ucbulk emulator --load, with %s: names the place, exit 2', async (text, place) => {
  const shell = await openShell({ files: 0 });
  shell.write('objects.json', text);
  const end = await shell.ucbulk(['emulator', '--load', 'objects.json']);
  expect(end.stderr).toMatch(/^error: objects\.json:/);
  expect(end.stderr).toContain(place);
  expect(end.code).toBe(2);
  expect(end.stdout).toBe('');
});

test('ucbulk emulator: a file to load that is not there, a folder to save in that is not there', async () => {
  const shell = await openShell({ files: 0 });
  const load = await shell.ucbulk(['emulator', '--load', 'nowhere.json']);
  expect(load.stderr).toContain("The objects file nowhere.json can't be read");
  expect(load.code).toBe(2);
  const save = await shell.ucbulk(['emulator', '--save', 'nowhere/objects.json']);
  expect(save.stderr).toMatch(/The objects can't be saved as \S+nowhere\/objects\.json: /);
  expect(save.code).toBe(3);
});

test('ucbulk emulator --upload-port --cdn-port: each at its own, and uploads find theirs', async () => {
  const shell = await openShell();
  const ports = ['--upload-port', '0', '--cdn-port', '0'];
  const { env } = await serve(shell, ['--files', '0', ...ports]);
  expect(env['UPLOADCARE_UPLOAD_API_BASE']).not.toBe(env['UPLOADCARE_REST_API_BASE']);
  shell.write('note.md', 'hello');
  shell.write(
    'upload.yaml',
    'version: 1\nname: up\nsource: { folder: { path: ., match: "*.md" } }\nsteps: [{ uses: upload }]\n',
  );
  const run = await shell.ucbulk(['run', 'upload.yaml', '--json'], { env });
  expect(run.documents).toMatchObject([{ type: 'summary', counts: { total: 1, done: 1 } }]);
  const items = await shell.ucbulk(['items', String(run.documents[0]?.run), '--json'], { env });
  const { file } = (items.documents[0] as { result: { file: string } }).result;
  const objects = await fetch(`${env['UPLOADCARE_REST_API_BASE']}/_emulator/objects`);
  const { projects } = (await objects.json()) as typeof OBJECTS;
  expect(projects[0]?.files).toMatchObject([{ uuid: file, original_filename: 'note.md', size: 5 }]);
  const { original_file_url: url = '' } = { ...projects[0]?.files?.[0] } as Record<string, string>;
  expect(await (await fetch(url)).text()).toBe('hello');
});
