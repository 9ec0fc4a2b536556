// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are Uploadcare's own placeholders.
import { expect, test } from 'vitest';
import { describeJob } from '../../../src/job/describe-job.ts';
import { loadJobFile } from '../../../src/job/load-job-file.ts';

function describe(parts: Readonly<Record<string, unknown>>): string {
  const job = {
    version: 1,
    name: 'x',
    source: { files: {} },
    steps: [{ uses: 'store' }],
    ...parts,
  };
  return describeJob(loadJobFile(JSON.stringify(job), { file: 'x', env: {}, vars: {} }));
}

const JUNK =
  '.*, Thumbs.db, ehthumbs*.db, desktop.ini, $RECYCLE.BIN, System Volume Information, ~$*, __MACOSX, Icon\r';

test('a cleanup is told with its age, its irreversibility and its guards', () => {
  const told = describe({
    source: { files: { stored: false } },
    where: { uploaded: { olderThan: '25h' } },
    steps: [{ uses: 'delete' }],
    guard: { maxItems: 20_000, maxFailures: '1%' },
  });
  expect(told).toBe(
    'Lists all unstored files, oldest first; takes only those uploaded more than 25h ago; deletes them (irreversible), 100 per request; asks before deleting; stops if more than 20,000 files match; stops once more than 1% failed.',
  );
});

test('a delete without a question says so', () => {
  expect(describe({ steps: [{ uses: 'delete' }], guard: { confirm: false } })).toContain(
    'deletes without asking',
  );
  expect(describe({})).toBe('Lists all files, oldest first; stores them, 100 per request.');
});

test.each([
  [{ list: { path: 'ids.csv' } }, 'Takes the files named in ids.csv'],
  [
    { list: { path: '-', onBadRow: 'skip' } },
    'Takes the files named in standard input, bad rows left out',
  ],
  [{ urls: { path: 'urls.txt' } }, 'Takes the URLs in urls.txt'],
  [{ folder: { path: 'in' } }, `Takes all files below in, without ${JUNK}`],
  [
    { folder: { path: 'in', match: ['*.jpg', '*.png'], followLinks: true } },
    `Takes the files that match *.jpg or *.png below in, without ${JUNK}, links followed`,
  ],
  [{ groups: {} }, 'Takes the files of all groups, oldest first'],
  [{ groups: { take: 'groups', ordering: '-datetime_created' } }, 'Takes all groups, newest first'],
  [
    { run: { id: 'a-1', states: ['failed', 'skipped'] } },
    'Takes the failed and skipped items of run a-1',
  ],
  [
    { search: { query: 'sunset', size: { min: 1 }, tags: { any: ['a'] } } },
    'Searches for files with "sunset", of at least 1 byte, tagged any ["a"]',
  ],
  [
    { search: { uploaded: { after: '2026-01-01', before: '2026-02-01' }, isImage: true } },
    'Searches for files uploaded from 2026-01-01T00:00:00.000Z on, uploaded before 2026-02-01T00:00:00.000Z, that are images',
  ],
])('source %j is told as %s', (source, told) => {
  const { urls, folder, groups } = source as Readonly<Record<string, { take?: string }>>;
  const takesGroups = groups?.take === 'groups' ? 'delete-group' : 'store';
  const uses = urls !== undefined ? 'import-url' : folder !== undefined ? 'upload' : takesGroups;
  expect(describe({ source, steps: [{ uses }] }).startsWith(`${told}; `)).toBe(true);
});

test('a job over two projects tells which one each step acts on', () => {
  const projects = {
    target: { publicKey: 'targetkey', secretKey: '${{ env.TARGET_SECRET_KEY }}' },
  };
  const steps = [
    { id: 'copy', uses: 'import-url', project: 'target' },
    { uses: 'tags', project: 'target', with: { add: ['x'], file: '${{ steps.copy.file }}' } },
    { uses: 'store' },
  ];
  expect(describe({ projects, steps })).toBe(
    'Lists all files, oldest first (default project); imports them, stored (project target); changes the tags of what copy made: adds x (project target); stores them, 100 per request (default project).',
  );
});

test('every step is told, in order', () => {
  const steps = [
    { uses: 'store' },
    { uses: 'copy-to-remote', with: { target: 'bucket', makePublic: false } },
  ];
  expect(describe({ steps })).toContain(
    'stores them, 100 per request; copies them to the storage bucket as ${default}, not public',
  );
});

test.each([
  [
    { stored: true, removed: false, isImage: true },
    'only those that are stored and that are not removed and that are images',
  ],
  [
    { stored: false, removed: true, isImage: false },
    'only those that are not stored and that are removed and that are not images',
  ],
  [
    { size: { min: 1500, max: '22MiB' } },
    'only those of at least 1,500 bytes and of at most 22 MiB',
  ],
  [
    { mime: ['image/*', 'video/*'], name: '*.jpg' },
    'only those with MIME type image/* or video/* and named *.jpg',
  ],
  [
    { uploaded: { newerThan: '7d', after: '2024-01-31', before: '2024-02-01' } },
    'only those uploaded in the last 7d and uploaded before 2024-02-01T00:00:00.000Z and uploaded at or after 2024-01-31T00:00:00.000Z',
  ],
  [
    { tags: { any: ['A'], all: ['b', 'c'], none: ['d'] } },
    'only those with a tag of a and with the tags b, c and without the tags d',
  ],
  [
    { metadata: { keep: 'yes', a: { exists: true }, b: { exists: false } } },
    'only those with metadata keep yes and with metadata a and without metadata b',
  ],
  [
    { any: [{ stored: true }, { mime: 'image/*' }] },
    'only those (that are stored) or (with MIME type image/*)',
  ],
  [{ unless: { stored: true } }, 'all but those that are stored'],
  [
    { mime: 'image/*', unless: { stored: true } },
    'only those with MIME type image/*, but not those that are stored',
  ],
])('where %j', (where, words) => {
  expect(describe({ where })).toContain(`; takes ${words}; `);
});

test('sources and limits are told', () => {
  const inline = ['5223010b-aaaa-4bbb-8ccc-000000000001'];
  expect(describe({ source: { inline } })).toMatch(/^Takes the 1 file that the job names; /);
  expect(
    describe({
      source: { files: { stored: true, removed: true, ordering: '-datetime_uploaded' } },
    }),
  ).toMatch(/^Lists all stored files that are removed, newest first; /);
  expect(
    describe({ limits: { duration: '6h', requests: 1000, concurrency: 1, rate: 2.5 } }),
  ).toMatch(
    /; stops after 6h or 1,000 requests \(a resume continues\); makes at most 1 request in flight and 2.5 requests per second\.$/,
  );
  expect(describe({ guard: { maxFailures: 1 } })).toMatch(
    /; stops once more than 1 file failed\.$/,
  );
});

test('what may be paid for is told', () => {
  const steps = [{ uses: 'addon/remove_bg' }, { uses: 'convert/video' }];
  const paid = { remove_bg: 2000, 'convert/video': 5 };
  expect(describe({ steps, limits: { paid } })).toContain(
    'pays for at most 2,000 remove_bg and 5 convert/video, and stops until this is raised',
  );
});

test.each([
  [1, 'once'],
  [3, 'at most 3 times'],
])('a job with %i sweeps describes its listings after the work', (sweeps, times) => {
  expect(describe({ verify: { sweeps } })).toMatch(
    new RegExp(
      `; then lists its projects again, and repeats missing effects ${times} \\(a request for each 1,000 files, not in the estimate\\)\\.$`,
    ),
  );
});
