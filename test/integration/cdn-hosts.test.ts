import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mapTexts } from '../../src/report/map-texts.ts';
import { readReportedRun } from '../../src/state/read-reported-run.ts';
import { createSystemWorld } from '../../src/world/system-world.ts';
import { alive, runBench } from '../support/run-bench.ts';

test.each(['https://1s4oyld5dc.ucarecd.net', 'http://127.0.0.1:8080'])(
  "the map has the CDN host of the project's own listing: %s",
  async (cdnOrigin) => {
    const bench = runBench({
      files: 3,
      storedShare: 1,
      cdnOrigin,
    });
    const job = { source: { files: { stored: true } }, steps: [{ uses: 'copy-local' }] };
    const { run: id } = await alive(bench.start(job));
    const run = await readReportedRun(bench.directory, id, createSystemWorld());
    const rowsWith = (settings: { oldHosts: string[]; newHost: string | null }) =>
      [
        ...mapTexts(run, { as: 'ndjson' }, settings, {
          written: 0,
          unsettled: 0,
          deleted: 0,
          unmatched: 0,
        }),
      ].map((line) => JSON.parse(line) as Record<'item' | 'oldUrl' | 'newFile' | 'newUrl', string>);
    const rows = rowsWith({ oldHosts: [], newHost: null });
    expect(rows).toHaveLength(3);
    for (const { item, oldUrl, newFile, newUrl } of rows) {
      expect(oldUrl).toBe(`${cdnOrigin}/${item}/`);
      expect(newUrl).toBe(`${cdnOrigin}/${newFile}/`);
    }
    const [named] = rowsWith({ oldHosts: ['cdn.example.com'], newHost: 'new.example.com' });
    expect(named?.oldUrl).toMatch(/^https:\/\/cdn\.example\.com\//);
    expect(named?.newUrl).toMatch(/^https:\/\/new\.example\.com\//);
  },
);

test('the host is known from the listing alone', async () => {
  const bench = runBench({ files: 3, cdnOrigin: 'https://1s4oyld5dc.ucarecd.net' });
  const job = { source: { files: {} }, steps: [{ uses: 'store' }] };
  const { run: id } = await alive(bench.start(job));
  const { cdnHost } = await readReportedRun(bench.directory, id, createSystemWorld());
  expect(cdnHost).toBe('1s4oyld5dc.ucarecd.net');
});

test('the host is known after an import, although the Upload API names none', async () => {
  const bench = runBench({
    files: 0,
    cdnOrigin: 'https://1s4oyld5dc.ucarecd.net',
    urls: { 'https://example.com/a.jpg': { size: 900 } },
  });
  const path = join(bench.directory, 'urls.txt');
  writeFileSync(path, 'https://example.com/a.jpg');
  const source = { urls: { path } };
  const { run: id } = await alive(bench.start({ source, steps: [{ uses: 'import-url' }] }));
  const { steps } = await readReportedRun(bench.directory, id, createSystemWorld());
  expect(steps[0]?.cdnHost).toBe('1s4oyld5dc.ucarecd.net');
});
