import { expect, test } from 'vitest';
import { planText } from '../../src/cli/plan-text.ts';
import { summaryText } from '../../src/cli/run-summary.ts';
import { readRun } from '../../src/state/read-runs.ts';
import { createSystemWorld } from '../../src/world/system-world.ts';
import { alive, answerWith, type RunBench, runBench } from '../support/run-bench.ts';

const DELETE = { source: { files: { stored: false } }, steps: [{ uses: 'delete' }] };

/** Ten files, three of them tagged `keep`; `open` says how a listing shows them. */
function benchWith(open: (file: Record<string, unknown>) => void) {
  const bench = runBench();
  const project = bench.emulator.projects[0]!;
  const spec = { mimeType: 'text/plain', storedAt: null, uploadedAt: '2026-11-01T00:00:00Z' };
  const files = Array.from({ length: 10 }, (_, place) => {
    return project.addFile({
      ...spec,
      tags: place < 3 ? ['keep'] : ['a'],
      metadata: place < 3 ? { keep: 'yes' } : {},
    });
  });
  bench.changeFile = open;
  const kept = files.slice(0, 3).map(({ uuid }) => uuid);
  const deleted = () =>
    [...bench.emulator.audit.entries()]
      .filter(({ operation, changed }) => operation === 'delete' && changed)
      .map(({ uuid }) => uuid);
  const others = files.slice(3).map(({ uuid }) => uuid);
  return { bench, kept, others, deleted };
}

const WITHOUT_TAGS = (file: Record<string, unknown>) => delete file['tags'];
const WITHOUT_METADATA = (file: Record<string, unknown>) => delete file['metadata'];

test.each([
  ['tags: none', { tags: { none: ['keep'] } }, WITHOUT_TAGS],
  ['unless tags', { unless: { tags: { any: ['keep'] } } }, WITHOUT_TAGS],
  ['any with tags', { any: [{ stored: true }, { tags: { none: ['keep'] } }] }, WITHOUT_TAGS],
  ['metadata that must not exist', { metadata: { keep: { exists: false } } }, WITHOUT_METADATA],
  ['unless metadata', { unless: { metadata: { keep: '*' } } }, WITHOUT_METADATA],
])('a field that the listing leaves out is read, and protects: %s', async (_, where, open) => {
  const { bench, kept, deleted } = benchWith(open);
  const job = { ...DELETE, where };

  const plan = await bench.plan(job);
  expect(plan).toMatchObject({ listed: 10, selected: 0, selectedAtMost: 10, reads: 10 });
  expect(plan.open.count).toBe(10);
  expect(plan.requestsEstimate).toBe(13);
  expect(bench.sent.filter(({ target }) => /^\/files\/[0-9a-f]/.test(target))).toEqual([]);
  const text = planText(bench.job(job), plan);
  expect(text).toContain('at least 0, at most 10 items: 10 undecided without a read');
  expect(text).toContain('10 requests of a run for fields that the source leaves out');

  const end = await alive(bench.start(job));
  expect(end.counts).toMatchObject({ done: 7, total: 7 });
  expect(deleted()).toHaveLength(7);
  expect(deleted().filter((uuid) => kept.includes(uuid))).toEqual([]);
  expect(bench.events.filter(({ kind }) => kind === 'fields-read')).toHaveLength(1);
});

test('only files that the rest of the condition leaves open are read', async () => {
  const { bench } = benchWith(WITHOUT_TAGS);
  const where = { name: ['other*'], tags: { none: ['keep'] } };
  expect(await bench.plan({ ...DELETE, where })).toMatchObject({ selected: 0, reads: 0 });
});

test.each([
  [
    'isImage',
    { unless: { isImage: true } },
    (file: Record<string, unknown>) => {
      file['is_image'] = null;
    },
  ],
  [
    'mimeType',
    { unless: { mime: 'image/*' } },
    (file: Record<string, unknown>) => {
      file['mime_type'] = null;
    },
  ],
  [
    'mimeType',
    { unless: { mime: 'image/*' } },
    (file: Record<string, unknown>) => {
      file['mime_type'] = '';
    },
  ],
  [
    'mimeType',
    { unless: { mime: 'image/*' } },
    (file: Record<string, unknown>) => {
      file['mime_type'] = 'application/octet-stream';
      file['is_image'] = null;
    },
  ],
  [
    'filename',
    { unless: { name: 'keep*' } },
    (file: Record<string, unknown>) => delete file['original_filename'],
  ],
])('a file is left out and counted if %s is unknown', async (field, where, open) => {
  const { bench, deleted } = benchWith(open);
  const job = { ...DELETE, where };
  const undecided = { count: 10, fields: { [field]: 10 } };

  const plan = await bench.plan(job);
  expect(plan).toMatchObject({ selected: 0, reads: 0, leftOut: { undecided } });
  expect(planText(bench.job(job), plan)).toContain(`10 undecidable (unknown: ${field} 10)`);

  const end = await alive(bench.start(job));
  expect(deleted()).toEqual([]);
  expect(end.leftOut.undecided).toEqual(undecided);
  expect(textOf(end)).toContain(`10 undecidable (unknown: ${field} 10)`);
  const status = await readRun(bench.directory, end.run, createSystemWorld());
  expect(status.leftOut.undecided).toEqual(undecided);
});

test('a field that can not be read either leaves the file out', async () => {
  const { bench, deleted } = benchWith(WITHOUT_TAGS);
  bench.answer = ({ target }) =>
    target.endsWith('/tags/') ? answerWith(bench, 404, { detail: 'Not found.' }) : null;
  const end = await alive(bench.start({ ...DELETE, where: { tags: { none: ['keep'] } } }));
  expect(end.leftOut.undecided).toEqual({ count: 10, fields: { tags: 10 } });
  expect(deleted()).toEqual([]);
});

test.each(['!file.tags.exists(tag, tag == "keep")', '!("keep" in file.tags)'])(
  'a step whose condition looks at tags reads them, and protects: %s',
  async (condition) => {
    const { bench, kept, deleted } = benchWith(WITHOUT_TAGS);
    await alive(bench.start({ ...DELETE, steps: [{ uses: 'delete', if: condition }] }));
    expect(deleted()).toHaveLength(7);
    expect(deleted().filter((uuid) => kept.includes(uuid))).toEqual([]);
  },
);

test('a step does not act on a file whose facts are unknown', async () => {
  const { bench, deleted } = benchWith((file) => {
    file['is_image'] = null;
  });
  const steps = [{ uses: 'delete', if: 'file.isImage != true' }];
  const end = await alive(bench.start({ ...DELETE, steps }));
  expect(deleted()).toEqual([]);
  expect(end.reasons).toEqual([{ state: 'failed', reason: 'condition_unknown', count: 10 }]);
});

test('what is looked at again before its delete is not deleted by what is unknown then', async () => {
  const { bench, others, deleted } = benchWith(() => undefined);
  const later = others[0]!;
  const job = { ...DELETE, where: { tags: { none: ['keep'] } } };
  // While the run waits for its yes, somebody tags a file, and the listing stops showing tags.
  const confirm = async () => {
    await new Promise<void>((resolve) => bench.clock.after(3_600_000, resolve));
    bench.changeFile = WITHOUT_TAGS;
    await tag(bench, later);
    return true;
  };
  const end = await alive(bench.start(job, { confirm }));
  expect(deleted()).toHaveLength(6);
  expect(deleted()).not.toContain(later);
  expect(end.reasons).toEqual([{ state: 'skipped', reason: 'no longer matches', count: 1 }]);
});

test('what can not be decided when it is looked at again is skipped, with the field', async () => {
  const { bench, deleted } = benchWith(() => undefined);
  const confirm = async () => {
    await new Promise<void>((resolve) => bench.clock.after(3_600_000, resolve));
    bench.changeFile = (file) => {
      file['is_image'] = null;
    };
    return true;
  };
  const end = await alive(
    bench.start({ ...DELETE, where: { unless: { isImage: true } } }, { confirm }),
  );
  expect(deleted()).toEqual([]);
  expect(end.reasons).toEqual([{ state: 'skipped', reason: 'undecidable', count: 10 }]);
  expect(bench.items(end.run)[0]).toMatchObject({ message: 'Unknown: isImage' });
});

async function tag(bench: RunBench, uuid: string): Promise<void> {
  const { publicKey, secretKey } = bench.emulator.projects[0]!;
  const { status } = bench.emulator.handle({
    method: 'PUT',
    target: `/files/${uuid}/tags/`,
    headers: {
      host: 'service.test',
      accept: 'application/vnd.uploadcare-v0.7+json',
      'content-type': 'application/json',
      authorization: `Uploadcare.Simple ${publicKey}:${secretKey}`,
    },
    body: '{"tags":["keep"]}',
  });
  expect(status).toBe(200);
}

function textOf(end: Parameters<typeof summaryText>[0]): string {
  const words = () => 'ucbulk';
  const advice = { run: words, resume: words, items: words, resolve: words };
  const look = { canRetry: true, unicode: true, paint: (_: string, text: string) => text };
  return summaryText(end, 0, { ...look, advice: advice as never });
}
