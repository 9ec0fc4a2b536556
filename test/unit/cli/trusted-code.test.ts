import { mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Invocation } from '../../../src/cli/command.ts';
import { jobPathOf, mayRunCode, untrustedCode } from '../../../src/cli/trusted-code.ts';
import type { RunOrder } from '../../../src/cli/with-run-context.ts';
import type { Job } from '../../../src/job/job-schema.ts';
import { createSystemFiles } from '../../../src/world/system-files.ts';

const JOB: Pick<Job, 'notify'> = { notify: [{ command: ['/opt/notify\u001b[2J'] }] };

/** A home folder with `jobs` and `jobs-of-others`, whose list of trusted folders has these lines. */
function setup(trusted: (root: string) => string) {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'ucbulk-')));
  for (const folder of ['jobs/inner', 'jobs-of-others', 'home/.config/ucbulk', 'state']) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  for (const file of ['jobs/a.yaml', 'jobs/inner/b.yaml', 'jobs-of-others/c.yaml']) {
    writeFileSync(join(root, file), '');
  }
  symlinkSync(join(root, 'jobs-of-others/c.yaml'), join(root, 'jobs/link.yaml'));
  writeFileSync(join(root, 'home/.config/ucbulk/trusted-folders'), trusted(root));
  const invocation = {
    stateDirectory: join(root, 'state'),
    surroundings: {
      cwd: root,
      env: { HOME: join(root, 'home') },
      world: { files: createSystemFiles() },
    },
  } as Invocation;
  const may = (job: string | undefined, flags = {}) =>
    mayRunCode(JOB, invocation, { flags, ...jobPathOf({ job }) } as unknown as RunOrder);
  return { may, invocation };
}

test('a job in a trusted folder may run its programs, and no other job', async () => {
  const { may } = setup((root) => `# mine\n${root}/jobs/\n\nrelative\n/no/such/folder\n`);
  expect(await may('jobs/a.yaml')).toBe(true);
  expect(await may('jobs/inner/b.yaml')).toBe(true);
  expect(await may('jobs-of-others/c.yaml')).toBe(false);
  expect(await may('jobs/link.yaml')).toBe(false);
  expect(await may('jobs/missing.yaml')).toBe(false);
  expect(await may('-')).toBe(false);
});

test('a stored job may do so if the state directory is trusted', async () => {
  expect(await setup((root) => `${root}/jobs`).may(undefined)).toBe(false);
  expect(await setup((root) => `${root}/state`).may(undefined)).toBe(true);
  expect(await setup(() => '/').may('jobs/a.yaml')).toBe(true);
});

test('--allow-code trusts any job, and a job without programs needs no trust', async () => {
  const { may, invocation } = setup(() => '');
  expect(await may('-', { allowCode: true })).toBe(true);
  const order = { flags: {} } as unknown as RunOrder;
  expect(await mayRunCode({}, invocation, order)).toBe(true);
});

test('the error says what nobody has trusted, and how to trust it', () => {
  const { invocation } = setup(() => '');
  const { kind, message } = untrustedCode(JOB, invocation);
  expect(kind).toBe('usage');
  expect(message).toContain('command "/opt/notify\\u001b[2J"');
  expect(message).toContain('add --allow-code');
  expect(message).toContain('home/.config/ucbulk/trusted-folders');
});
