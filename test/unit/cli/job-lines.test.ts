import { expect, test } from 'vitest';
import { jobLines } from '../../../src/cli/job-lines.ts';
import { loadJobFile } from '../../../src/job/load-job-file.ts';

test('a job has a numbered line for each step, and a line for each part of its selection and each rule', () => {
  const text = JSON.stringify({
    version: 1,
    name: 'x',
    source: { files: { stored: false } },
    where: { uploaded: { olderThan: '48h' }, tags: { none: ['keep'] } },
    steps: [{ uses: 'store' }, { uses: 'delete' }],
    guard: { maxItems: 20_000 },
    labels: { team: 'web', centre: 'c7' },
  });
  const job = loadJobFile(text, { file: 'x', env: {}, vars: {} });
  expect(jobLines(job).split('\n')).toEqual([
    '   -  Lists all unstored files, oldest first',
    '   -  Takes only those uploaded more than 48h ago and without the tags keep',
    '  1.  Stores them, 100 per request',
    '  2.  Deletes them (irreversible), 100 per request',
    '   -  Labels: team=web, centre=c7',
    '   -  Reads tags file by file if the listing leaves that out',
    '   -  Asks before deleting',
    '   -  Stops if more than 20,000 files match',
  ]);
});
