import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Invocation } from '../../../src/cli/command.ts';
import { loadTrustedCode, readOwnCode } from '../../../src/cli/own-code.ts';
import type { CodeOrder } from '../../../src/cli/trusted-code.ts';
import { loadJobFile } from '../../../src/job/load-job-file.ts';
import { createSystemFiles } from '../../../src/world/system-files.ts';
import { TEMP_ROOT } from '../../support/temp-root.ts';

const TEXT = 'version: 1\nname: x\nsource: { files: {} }\nsteps: [{ uses: ./step.mjs }]\n';

/** A folder with a job whose code writes that it was loaded, and the folders that the user trusts. */
function setup(trusted: (root: string) => string) {
  const root = realpathSync(mkdtempSync(join(TEMP_ROOT, 'ucbulk-own-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const folder of ['jobs', 'state', 'home/.config/ucbulk']) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  writeFileSync(join(root, 'jobs/job.yaml'), TEXT);
  writeFileSync(
    join(root, 'jobs/step.mjs'),
    "export default { ucbulk: 'operation/1', shape: 'each', lostAnswer: 'repeat', run: async () => ({ kind: 'done' }) };",
  );
  writeFileSync(join(root, 'home/.config/ucbulk/trusted-folders'), trusted(root));
  const invocation = {
    stateDirectory: join(root, 'state'),
    surroundings: {
      cwd: root,
      env: { HOME: join(root, 'home') },
      world: { files: createSystemFiles() },
    },
  } as Invocation;
  const folder = join(root, 'jobs');
  const read = (order: CodeOrder) => readOwnCode(invocation, TEXT, { folder, order });
  return { root, invocation, read };
}

const FROM_FILE: CodeOrder = { flags: {}, jobPath: 'jobs/job.yaml' };
const REFUSED =
  /`uses: \.\/step\.mjs`.*nobody has trusted it\. The code was not loaded.*--allow-code/;

test('own code is loaded only if the job file or its folder is trusted', async () => {
  const untrusted = setup(() => '');
  await expect(untrusted.read(FROM_FILE)).rejects.toThrow(REFUSED);
  await expect(untrusted.read({ flags: {}, jobPath: null })).rejects.toThrow(REFUSED);
  const allowed = await untrusted.read({ ...FROM_FILE, flags: { allowCode: true } });
  expect(allowed?.code.get('./step.mjs')).toMatchObject({ uses: './step.mjs' });
  const { read } = setup((root) => `${root}/jobs`);
  expect((await read(FROM_FILE))?.code.size).toBe(1);
  await expect(read({ flags: {}, jobPath: null })).rejects.toThrow(REFUSED);
});

test('the code of a stored job is loaded only if the state directory is trusted', async () => {
  const { invocation, read, root } = setup((root) => `${root}/jobs`);
  const code = await read(FROM_FILE);
  const job = loadJobFile(TEXT, { file: 'job.yaml', env: {}, vars: {}, code });
  await expect(loadTrustedCode(job, invocation, { flags: {} })).rejects.toThrow(REFUSED);
  writeFileSync(join(root, 'home/.config/ucbulk/trusted-folders'), `${root}/state`);
  expect((await loadTrustedCode(job, invocation, { flags: {} })).code.size).toBe(1);
});

test('a job without own code needs no trust', async () => {
  const { invocation } = setup(() => '');
  const text = TEXT.replace('./step.mjs', 'store');
  const read = readOwnCode(invocation, text, { folder: '/', order: FROM_FILE });
  expect(await read).toBeUndefined();
});
