import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { JobFileError } from '../../../src/job/job-file-error.ts';
import { loadJobFile } from '../../../src/job/load-job-file.ts';
import { hashCode } from '../../../src/own-code/hash-code.ts';
import { loadCode, ownCodeIn } from '../../../src/own-code/load-code.ts';
import { importModule } from '../../../src/world/import-module.ts';
import { createSystemFiles } from '../../../src/world/system-files.ts';
import { TEMP_ROOT } from '../../support/temp-root.ts';

const STEP = `export default {
  ucbulk: 'operation/1',
  shape: 'each',
  lostAnswer: 'repeat',
  run: async () => ({ kind: 'done' }),
`;

/** A folder with these files. */
function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(TEMP_ROOT, 'ucbulk-code-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** The problems of a job with this step (YAML), whose code is in a folder with these files. */
async function problemsOf(step: string, files: Readonly<Record<string, string>>) {
  const folder = folderWith(files);
  const text = `version: 1\nname: x\nsource: { files: {} }\nsteps:\n  - ${step}\n`;
  const place = { files: createSystemFiles(), importModule };
  const code = await loadCode(ownCodeIn(text), folder, place);
  try {
    const job = loadJobFile(text, { file: 'job.yaml', folder, env: {}, vars: {}, code });
    return { job, problems: [] };
  } catch (error) {
    if (!(error instanceof JobFileError)) throw error;
    const problems = error.problems.map(
      ({ line, column, message }) => `${line}:${column} ${message}`,
    );
    return { job: null, problems: problems.map((problem) => problem.replaceAll(folder, 'DIR')) };
  }
}

test('a step with own code has the facts about it, and ucbulk needs no code to read them', async () => {
  const { job } = await problemsOf('uses: ./one.mjs', {
    'one.mjs': `${STEP} describe: () => 'counts them', irreversible: true }`,
  });
  expect(job?.steps[0]).toMatchObject({
    id: '1-one',
    uses: './one.mjs',
    with: {},
    code: {
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      text: 'counts them',
      shape: 'each',
      takes: 'file',
      lostAnswer: 'repeat',
      irreversible: true,
    },
  });
});

test.each([
  ['a missing file', {}, 'is missing: there is no file DIR/one.mjs'],
  ['a folder', { 'one.mjs/x': '' }, 'is a folder, and not a file: DIR/one.mjs'],
  [
    'an empty file',
    { 'one.mjs': '' },
    'has no default export; write `export default defineOperation({ … })`',
  ],
  [
    'a text',
    { 'one.mjs': "export default 'x'" },
    'exports string by default, and not an object of defineOperation',
  ],
  [
    'a plain object',
    { 'one.mjs': 'export default {}' },
    "is no operation: use defineOperation, or add `ucbulk: 'operation/1'`",
  ],
  [
    'a source',
    { 'one.mjs': "export default { ucbulk: 'source/1' }" },
    'exports "source/1", and the job uses it as operation/1',
  ],
  ['a throw', { 'one.mjs': "throw new Error('boom')" }, 'could not be loaded: boom'],
  [
    'a missing package',
    { 'one.mjs': "import 'no-such-package'" },
    'imports the package no-such-package, which is not installed beside DIR/one.mjs: run `npm install no-such-package` there',
  ],
  ['a missing import', { 'one.mjs': "import './two.mjs'" }, 'a file is missing'],
  [
    'another shape',
    { 'one.mjs': "export default { ucbulk: 'operation/1', shape: 'all' }" },
    `has a wrong \`shape\` ("all"); expected 'each', 'batch' or 'remote'`,
  ],
  [
    'no doubt class',
    { 'one.mjs': "export default { ucbulk: 'operation/1', shape: 'each' }" },
    "has a wrong `lostAnswer` (missing); expected 'repeat', 'probe' or 'in-doubt'",
  ],
  ['no function', { 'one.mjs': `${STEP} run: 3 }` }, 'has a wrong `run` (3); expected a function'],
  [
    'an endless call',
    { 'one.mjs': `${STEP} timeLimitMs: Infinity }` },
    'has a wrong `timeLimitMs` (null); expected milliseconds from 1 to 600000',
  ],
  [
    'no probe',
    { 'one.mjs': `${STEP} lostAnswer: 'probe' }` },
    "has `lostAnswer: 'probe'`, but no function `probe`",
  ],
  [
    'an idle probe',
    { 'one.mjs': `${STEP} probe() {} }` },
    'has a function `probe` that is never called, because lostAnswer is "repeat"',
  ],
  [
    'a batch with a probe',
    { 'one.mjs': `${STEP} shape: 'batch', maxItems: 9, lostAnswer: 'probe' }` },
    'only each and remote can be probed',
  ],
  [
    'a wrong schema',
    { 'one.mjs': `${STEP} options: 3 }` },
    'has `options` that are neither a Standard Schema nor a JSON Schema',
  ],
])('own code that is %s is reported at its line', async (_, files, fault) => {
  const { problems } = await problemsOf('uses: ./one.mjs', files);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(/^5:11 steps\[0\]\.uses /);
  expect(problems[0]).toContain(fault);
});

const SIZE = `${STEP} options: { type: 'object', properties: { size: { type: 'number', maximum: 9 } }, required: ['size'], additionalProperties: false } }`;

test.each([
  [
    'uses: ./one.mjs, with: { size: ten }',
    '5:38 steps[0].with.size is wrong: Invalid input: expected number, received string',
  ],
  [
    'uses: ./one.mjs, with: { size: 10 }',
    '5:38 steps[0].with.size is wrong: Too big: expected number to be <=9',
  ],
  [
    'uses: ./one.mjs, with: { size: 1, sise: 2 }',
    '5:30 steps[0].with is wrong: Unrecognized key: "sise"',
  ],
])('{ %s }: options are checked by the schema of the code', async (step, problem) => {
  expect((await problemsOf(`{ ${step} }`, { 'one.mjs': SIZE })).problems).toEqual([problem]);
});

test('any library with Standard Schema can check the options', async () => {
  const schema = `options: { '~standard': { version: 1, vendor: 'mine', validate: (value) =>
    value.n === 1 ? { value } : { issues: [{ message: 'n must be 1', path: [{ key: 'n' }] }] } } } }`;
  const files = { 'one.mjs': `${STEP} ${schema}` };
  expect((await problemsOf('{ uses: ./one.mjs, with: { n: 1 } }', files)).problems).toEqual([]);
  expect((await problemsOf('{ uses: ./one.mjs, with: { n: 2 } }', files)).problems).toEqual([
    '5:35 steps[0].with.n is wrong: n must be 1',
  ]);
});

test('code without options refuses any', async () => {
  const { problems } = await problemsOf('{ uses: ./one.mjs, with: { n: 1 } }', {
    'one.mjs': `${STEP} }`,
  });
  expect(problems).toEqual(['5:35 steps[0].with.n is no option of this code, which has none']);
});

test.each([
  ['npm:mine', { main: './main.mjs' }, 'main.mjs'],
  ['npm:@me/mine', { exports: { '.': { types: './x.d.ts', import: './main.mjs' } } }, 'main.mjs'],
  ['npm:mine/step', { exports: { './step': './lib/step.mjs' } }, 'lib/step.mjs'],
  ['npm:mine/lib/step.mjs', {}, 'lib/step.mjs'],
])('%s finds a package in the folders above the job file', async (uses, description, entry) => {
  const name = /^npm:((?:@\w+\/)?\w+)/.exec(uses)?.[1] ?? '';
  const { job, problems } = await problemsOf(`uses: ${uses}`, {
    [`node_modules/${name}/package.json`]: JSON.stringify({
      name,
      version: '1.0.0',
      ...description,
    }),
    [`node_modules/${name}/${entry}`]: `${STEP} }`,
  });
  expect(problems).toEqual([]);
  expect(job?.steps[0]).toMatchObject({ uses, code: { file: expect.stringContaining(entry) } });
});

test('a package that is missing, or exports no such path, is reported', async () => {
  const manifest = JSON.stringify({ exports: { '.': './main.mjs' } });
  const files = { 'node_modules/mine/package.json': manifest };
  expect((await problemsOf('uses: npm:other', files)).problems).toEqual([
    '5:11 steps[0].uses is a package that is not installed: run `npm install other` in DIR',
  ]);
  expect((await problemsOf('uses: npm:mine/step', files)).problems).toEqual([
    '5:11 steps[0].uses is not exported: the package mine has no `./step` in its `exports`',
  ]);
});

test('the hash covers imported files and versions of packages, and not the folder', async () => {
  const files = {
    'one.mjs': "import { x } from './lib/two.mjs'; import 'pack/inner'; export default x;",
    'lib/two.mjs': "export const x = require('../data.json');",
    'data.json': '{}',
    'node_modules/pack/package.json': '{"version":"1.0.0"}',
  };
  const hashOf = (changes: Partial<typeof files> = {}) =>
    hashCode(join(folderWith({ ...files, ...changes }), 'one.mjs'), createSystemFiles());
  const hash = await hashOf();
  expect(await hashOf()).toBe(hash);
  for (const change of [
    { 'one.mjs': `${files['one.mjs']} ` },
    { 'lib/two.mjs': `${files['lib/two.mjs']} ` },
    { 'data.json': '[]' },
    { 'node_modules/pack/package.json': '{"version":"1.0.1"}' },
  ]) {
    expect(await hashOf(change)).not.toBe(hash);
  }
});

test('a job with own code is refused by a program that loads none', () => {
  const text = JSON.stringify({
    version: 1,
    name: 'x',
    source: { files: {} },
    steps: [{ uses: './one.mjs' }],
  });
  const load = () => loadJobFile(text, { file: 'job.json', env: {}, vars: {} });
  expect(load).toThrow('is own code, and this program loads none');
});
