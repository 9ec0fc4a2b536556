import { createServer } from 'node:http';
import { test } from 'node:test';
import { assertOperation } from 'ucbulk/testing';
import operation from './my-step.mjs';

/** A fake of the archive. It makes one entry for each tag, and counts the entries of each file. */
const entries = new Map();
const tags = new Set();

const archive = createServer(async (request, response) => {
  const chunks = await request.toArray();
  const { tag, file } = JSON.parse(Buffer.concat(chunks).toString());
  if (!tags.has(tag)) entries.set(file, (entries.get(file) ?? 0) + 1);
  tags.add(tag);
  response.end();
});

test('the operation keeps its promises', async (t) => {
  await new Promise((resolve) => archive.listen(0, '127.0.0.1', resolve));
  t.after(() => archive.close());
  await assertOperation({
    operation,
    options: { archive: `http://127.0.0.1:${archive.address().port}/`, shelf: 'test' },
    begin() {
      entries.clear();
      tags.clear();
    },
    effects: () => entries,
  });
});
