// Own code with the built program: the template, trust, and code that ends the process.

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { openShell, type Shell } from '../support/run-cli.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const TEMPLATE = join(ROOT, 'docs/examples/own-operation');

/** A shell whose folder has the template, with this package installed. */
async function shellWithTemplate(): Promise<Shell> {
  const shell = await openShell({ files: 6, storedShare: 1 });
  cpSync(TEMPLATE, shell.cwd, { recursive: true });
  mkdirSync(join(shell.cwd, 'node_modules'));
  symlinkSync(ROOT, join(shell.cwd, 'node_modules/ucbulk'));
  return shell;
}

test('the template passes its own test', async () => {
  const { cwd } = await shellWithTemplate();
  const end = spawnSync(process.execPath, ['--test'], { cwd, encoding: 'utf8' });
  expect(end.stdout + end.stderr).toContain('# pass 1');
  expect(end.status).toBe(0);
});

test('the job of the template runs with the built program, after the user trusts it', async () => {
  const sent: { file: string }[] = [];
  const archive = createServer((request, response) => {
    void request.toArray().then((chunks) => {
      sent.push(JSON.parse(Buffer.concat(chunks).toString()));
      response.end();
    });
  });
  await new Promise<void>((resolve) => archive.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void archive.close());
  const env = { ARCHIVE_URL: `http://127.0.0.1:${(archive.address() as AddressInfo).port}/` };
  const shell = await shellWithTemplate();
  for (const command of ['validate', 'plan', 'run']) {
    const refused = await shell.ucbulk([command, 'job.yaml'], { env });
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('--allow-code') });
  }
  const valid = await shell.ucbulk(['validate', 'job.yaml', '--allow-code'], { env });
  expect(valid.stdout).toContain('Sends them to the shelf photos of the archive (./my-step.mjs)');
  const plan = await shell.ucbulk(['plan', 'job.yaml', '--allow-code'], { env });
  expect(plan.code).toBe(0);
  const end = await shell.ucbulk(['run', 'job.yaml', '--allow-code'], { env });
  expect(end.code).toBe(0);
  expect(new Set(sent.map(({ file }) => file)).size).toBe(6);
  expect(sent).toHaveLength(6);
  const status = await shell.ucbulk(['items', 'latest', '--json']);
  expect(status.code).toBe(0);
});

const STEP = (body: string) => `export default {
  ucbulk: 'operation/1', shape: 'each', lostAnswer: 'in-doubt',
  async run(item) { ${body}; return { kind: 'done' }; },
};`;

test.each([
  ['process.exit(0)', 2, 'called process.exit(0)'],
  [
    "setTimeout(() => { throw new Error('late') }); await new Promise((done) => setTimeout(done, 2000))",
    2,
    'an error that nothing caught',
  ],
])(
  'own code that ends the process with %s is named, and the run can be resumed',
  async (body, code, message) => {
    const shell = await openShell({ files: 6, storedShare: 1 });
    shell.write(
      'job.yaml',
      'version: 1\nname: own\nsource: { files: {} }\nsteps: [{ uses: ./step.mjs }]\n',
    );
    shell.write('step.mjs', STEP(body));
    const died = await shell.ucbulk(['run', 'job.yaml', '--allow-code']);
    expect(died.code).toBe(code);
    expect(died.stderr).toContain(message);
    expect(died.stderr).toContain('step.mjs');
    expect(died.stderr.trim().split('\n').at(-1)).toMatch(/^exit 2: /);

    shell.write('step.mjs', STEP(''));
    const changed = await shell.ucbulk(['resume', '--allow-code']);
    expect(changed).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('has changed since'),
    });
    const end = await shell.ucbulk(['resume', '--allow-code', '--accept-changed-code', '--json']);
    expect(end.code).toBe(11);
    expect(end.documents.at(-1)).toMatchObject({ type: 'summary', state: 'interrupted' });
  },
);

test('a job with own code is not rehearsed', async () => {
  const shell = await openShell({ files: 2, storedShare: 1 });
  shell.write(
    'job.yaml',
    'version: 1\nname: own\nsource: { files: {} }\nsteps: [{ uses: ./step.mjs }]\n',
  );
  shell.write('step.mjs', STEP(''));
  const rehearsed = await shell.ucbulk(['rehearse', 'job.yaml', '--allow-code']);
  expect(rehearsed).toMatchObject({ code: 2, stderr: expect.stringContaining('it uses own code') });
});
