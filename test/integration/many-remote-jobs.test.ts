import { expect, test, vi } from 'vitest';
import { ItemTable } from '../../src/ledger/item-table.ts';
import { alive, runBench } from '../support/run-bench.ts';

/** What the work loop reads of the ledger to find what is due. */
function watchLooks() {
  const seen = { looks: 0, rows: 0, most: 0 };
  const dueWaiting = ItemTable.prototype.dueWaiting;
  const spy = vi.spyOn(ItemTable.prototype, 'dueWaiting').mockImplementation(function look(
    this: ItemTable,
    ...args: Parameters<typeof dueWaiting>
  ) {
    const due = dueWaiting.apply(this, args);
    seen.looks += 1;
    seen.rows += due.length;
    seen.most = Math.max(seen.most, this.counts().waiting);
    return due;
  });
  return { seen, unwatch: () => spy.mockRestore() };
}

async function followOpenJobs(count: number, polls: number) {
  const work = { convert_document: { medianMs: 3_600_000, sigma: 0 } };
  const bench = runBench({ work });
  const uploadedAt = '2026-11-01T10:00:00.000000Z';
  const pdf = { mimeType: 'application/pdf', isImage: false, name: 'a.pdf' };
  const file = { ...pdf, uploadedAt, storedAt: uploadedAt };
  const inline = Array.from({ length: count }, () => bench.emulator.projects[0]!.addFile(file));
  const { seen, unwatch } = watchLooks();
  const drain = new AbortController();
  let asked = 0;
  bench.answer = ({ target }) => {
    if (target.includes('/status/') && seen.most === count) asked += 1;
    if (asked === polls) drain.abort();
    return null;
  };

  const end = await alive(
    bench.start(
      {
        source: { inline: inline.map(({ uuid }) => uuid) },
        steps: [{ uses: 'convert/document', with: { format: 'docx' } }],
        limits: { rate: 500 },
      },
      { rate: 500, drain: drain.signal },
    ),
  );

  unwatch();
  expect(end.counts).toMatchObject({ waiting: count, total: count });
  const statuses = bench.sent.filter(({ target }) => target.includes('/status/')).length;
  return { looks: seen.looks / statuses, rows: seen.rows / statuses, starts: bench.mutations };
}

test('2,500 open jobs are followed with as little work a poll as 100 are', async () => {
  const few = await followOpenJobs(100, 400);
  const many = await followOpenJobs(2500, 3000);

  expect(many.starts).toHaveLength(250);
  for (const { looks, rows } of [few, many]) {
    expect(looks).toBeLessThan(3);
    expect(rows).toBeLessThan(6);
  }
});
