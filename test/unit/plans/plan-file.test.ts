import { appendFileSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { planFileText } from '../../../src/cli/plan-file-text.ts';
import { hashCandidate } from '../../../src/plans/entry-hash.ts';
import type { PlanEntry, PlanHeader } from '../../../src/plans/plan-format.ts';
import { readPlan } from '../../../src/plans/read-plan.ts';
import { createPlanWriter } from '../../../src/plans/write-plan.ts';
import { createSystemFiles } from '../../../src/world/system-files.ts';
import { deleteSummary } from '../../support/plan-summary.ts';
import { someFile } from '../../support/some-file.ts';
import { TEMP_ROOT } from '../../support/temp-root.ts';

const files = createSystemFiles();

const HEADER: PlanHeader = {
  ucbulk: 'plan',
  format: 1,
  tool: '1.2.3',
  createdAt: '2026-11-29T12:00:00.000Z',
  project: 'demopublickey',
  restOrigin: 'https://api.test',
  jobFile: 'clean.yaml',
  fingerprint: 'f',
  approvers: [],
  job: {
    name: 'clean',
    source: { kind: 'files', files: {} },
    steps: [{ id: 'x', uses: 'delete', with: {} }],
    guard: {},
    limits: {},
    where: {},
  },
};

/** More items than the reader passes on at once. One of them is undecided. */
const ENTRIES: readonly PlanEntry[] = Array.from({ length: 2500 }, (_, index) => ({
  key: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
  size: index === 3 ? null : index,
  hash: 'abc',
  isOpen: index === 7,
}));

const SUMMARY = deleteSummary(ENTRIES, { listed: 3000 });

async function planAt(name = 'p.plan', overwrite = false) {
  const folder = mkdtempSync(join(TEMP_ROOT, 'ucbulk-plan-'));
  const path = join(folder, name);
  const writer = await createPlanWriter({ files, path, id: 'one', overwrite }, HEADER);
  await writer.add(ENTRIES);
  const sha256 = await writer.finish(SUMMARY);
  return { folder, path, sha256 };
}

const read = (path: string, onEntries?: (entries: readonly PlanEntry[]) => void) =>
  readPlan({ files, path, file: 'p.plan' }, onEntries);

test('a plan reads back as it was written', async () => {
  const { path, sha256, folder } = await planAt();
  const entries: PlanEntry[] = [];
  const plan = await read(path, (batch) => entries.push(...batch));
  expect(entries).toEqual(ENTRIES);
  expect(plan).toMatchObject({
    header: HEADER,
    summary: { listed: 3000 },
    items: 2499,
    open: 1,
    sha256,
    approvals: [],
  });
  expect(readdirSync(folder)).toEqual(['p.plan']);
});

test('an existing file is replaced only if the user says so', async () => {
  const { path } = await planAt();
  const target = { files, path, id: 'two', overwrite: false };
  await expect(createPlanWriter(target, HEADER)).rejects.toThrow('exists already');
  const writer = await createPlanWriter({ ...target, overwrite: true }, HEADER);
  await writer.finish(deleteSummary([], { listed: 1 }));
  expect(await read(path)).toMatchObject({ items: 0, summary: { listed: 1 } });
});

test('a discarded plan leaves no file', async () => {
  const folder = mkdtempSync(join(TEMP_ROOT, 'ucbulk-plan-'));
  const path = join(folder, 'p.plan');
  const writer = await createPlanWriter({ files, path, id: 'one', overwrite: false }, HEADER);
  await writer.add(ENTRIES);
  await writer.discard();
  expect(readdirSync(folder)).toEqual([]);
});

test.each([
  ['an item is left out', (lines: string[]) => lines.filter((_, index) => index !== 5)],
  ['an item is added', (lines: string[]) => [...lines.slice(0, 2), lines[1], ...lines.slice(2)]],
  ['two items are swapped', ([a, b, c, ...rest]: string[]) => [a, c, b, ...rest]],
  ['the job is another', ([a = '', ...rest]: string[]) => [a.replace('delete', 'store'), ...rest]],
  ['the end of lines is another', (lines: string[]) => lines.map((line) => `${line}\r`)],
  ['the hash is another', (lines: string[]) => [...lines.slice(0, -1), '{"sha256":"00"}']],
  ['a line follows the hash', (lines: string[]) => [...lines, '{"x":1}']],
  ['a line is no JSON', ([a, ...rest]: string[]) => [a, 'x', ...rest]],
])('a plan is refused if %s', async (_, change) => {
  const { path } = await planAt();
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  writeFileSync(path, `${change(lines).join('\n')}\n`);
  await expect(read(path)).rejects.toThrow('was changed after it was made');
});

test.each([
  ['is empty', ''],
  ['is not a plan', 'version: 1\nname: clean\n'],
  ['is not a plan', '{"ucbulk":"ledger"}\n'],
  ['has format 2, and this ucbulk reads format 1', '{"ucbulk":"plan","format":2,"tool":"9"}\n'],
])('a file that %s is refused', async (message, content) => {
  const { path } = await planAt();
  writeFileSync(path, content);
  await expect(read(path)).rejects.toThrow(message);
});

test('a plan that was cut off anywhere is incomplete', async () => {
  const { path } = await planAt();
  const bytes = readFileSync(path);
  const firstLine = bytes.indexOf('\n') + 1;
  for (const size of [firstLine, firstLine + 100, bytes.length - 90]) {
    writeFileSync(path, bytes.subarray(0, size));
    await expect(read(path)).rejects.toThrow('is incomplete');
  }
});

test('a folder and a missing file are refused', async () => {
  const { folder, path } = await planAt();
  await expect(read(folder)).rejects.toThrow('is a folder, not a plan');
  await expect(read(`${path}.other`)).rejects.toThrow('There is no file p.plan');
});

test('a plan whose last line has no line end is complete', async () => {
  const { path } = await planAt();
  writeFileSync(path, readFileSync(path, 'utf8').trimEnd());
  expect(await read(path)).toMatchObject({ items: 2499 });
  appendFileSync(path, '\n');
  expect(await read(path)).toMatchObject({ items: 2499 });
});

test('the hash of an item follows the facts that a condition can use', () => {
  const facts = someFile({ metadata: { a: '1', b: '2' }, tags: ['x', 'y'] });
  const hash = hashCandidate({ key: facts.uuid, facts });
  const same = [{ url: 'https://other' }, { metadata: { b: '2', a: '1' } }, { tags: ['y', 'x'] }];
  const other = [{ size: 1 }, { metadata: { a: '1' } }, { tags: null }, { storedAt: 5 }];
  for (const change of same) {
    expect(hashCandidate({ key: 'k', facts: { ...facts, ...change } })).toBe(hash);
  }
  for (const change of other) {
    expect(hashCandidate({ key: 'k', facts: { ...facts, ...change } })).not.toBe(hash);
  }
});

test('the hash of a row follows its columns', () => {
  const row = { columns: { a: '1', b: '2' } };
  const hash = hashCandidate({ key: 'k', facts: null, details: row });
  const sorted = { columns: { b: '2', a: '1' } };
  expect(hashCandidate({ key: 'k', facts: null, details: sorted })).toBe(hash);
  const other = { columns: { a: '1', b: '3' } };
  expect(hashCandidate({ key: 'k', facts: null, details: other })).not.toBe(hash);
  expect(hashCandidate({ key: 'k', facts: null })).toBe('');
});

/** Writes a plan whose header or summary somebody changed, with the hash of the new content. */
async function forgedPlan({ header, summary }: Record<'header' | 'summary', object>) {
  const path = join(mkdtempSync(join(TEMP_ROOT, 'ucbulk-plan-')), 'p.plan');
  const target = { files, path, id: 'one', overwrite: false };
  const writer = await createPlanWriter(target, { ...HEADER, ...header });
  await writer.add(ENTRIES);
  await writer.finish({ ...SUMMARY, ...summary });
  return path;
}

const [STEP] = SUMMARY.steps;
const [EFFECT] = SUMMARY.effects;
const FEW = { least: 3, most: 3 };

test.each([
  ['selected', { selected: 3 }],
  ['open', { open: { count: 0, fields: {} } }],
  ['selectedAtMost', { selectedAtMost: 3 }],
  ['listed', { listed: 2499 }],
  ['bytes', { bytes: { total: 12, items: 3 } }],
  [
    'examples',
    { examples: { ...SUMMARY.examples, first: { ...SUMMARY.examples.first, key: 'x' } } },
  ],
  ['steps', { steps: [] }],
  ['steps', { steps: [{ ...STEP, items: FEW }] }],
  ['steps', { steps: [{ ...STEP, deletes: 3 }] }],
  ['steps', { steps: [{ ...STEP, requests: [{ endpoint: 'DELETE /files/storage/', ...FEW }] }] }],
  ['effects', { effects: [] }],
  ['effects', { effects: [{ ...EFFECT, items: 3, count: 3 }] }],
  ['paid', { paid: [{ name: 'remove_bg', most: 1, limit: null }] }],
  ['requestsEstimate', { requestsEstimate: 4 }],
])('a summary with other %s than the items is refused, with any hash', async (part, summary) => {
  const reading = read(await forgedPlan({ header: {}, summary }));
  await expect(reading).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringContaining(`does not match its items and its job (${part})`),
  });
});

test.each([
  ['summary has no valid listed', { summary: { listed: undefined } }],
  ['summary has no valid listed', { summary: { listed: 1e300 } }],
  [
    'summary has no valid expiry.firstEnd',
    { summary: { expiry: { unstored: 1, atRisk: 1, firstEnd: 1e20 } } },
  ],
  ['first line has no valid approvers', { header: { approvers: undefined } }],
  ['first line has no valid approvers', { header: { approvers: 'x' } }],
  ['first line has no valid approvers.0', { header: { approvers: [5] } }],
  ['first line has no valid createdAt', { header: { createdAt: '2026-11-29T12:00:00Z by x\n' } }],
  ['first line has no valid job', { header: { job: [1] } }],
  ["job can't be read", { header: { job: {} } }],
])('a plan is refused if its %s', async (message, change) => {
  const reading = read(await forgedPlan({ header: {}, summary: {}, ...change }));
  await expect(reading).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringContaining(message),
  });
});

test('no text of a plan file reaches the terminal with a line end or an escape sequence', async () => {
  const bad = 'x\u001b[2K\ny';
  const path = await forgedPlan({
    header: { tool: bad, project: bad, restOrigin: bad, jobFile: bad },
    summary: {
      guard: bad,
      open: { count: 1, fields: { [bad]: 1 } },
      projects: [
        { name: bad, publicKey: bad },
        { name: null, publicKey: bad },
      ],
      requestsEstimate: SUMMARY.requestsEstimate + 1,
      examples: { ...SUMMARY.examples, largest: { ...SUMMARY.examples.first, filename: bad } },
    },
  });
  const text = planFileText(await read(path));
  expect(text).not.toContain('\u001b');
  expect(text).not.toMatch(/^y/m);
  expect(text.match(/x\[2K y/g)).toHaveLength(6);
});
