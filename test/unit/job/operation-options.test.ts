import { expect, test } from 'vitest';
import { JobFileError } from '../../../src/job/job-file-error.ts';
import { loadJobFile } from '../../../src/job/load-job-file.ts';

const SOURCES: Readonly<Record<string, object>> = {
  'import-url': { urls: { path: 'urls.txt' } },
  upload: { folder: { path: '.' } },
};

function problemsOf(uses: string, options: object): string[] {
  const job = {
    version: 1,
    name: 'x',
    source: SOURCES[uses] ?? { files: {} },
    steps: [{ uses, with: options }],
  };
  const context = { file: 'job.json', folder: '/jobs', env: {}, vars: {} };
  try {
    loadJobFile(JSON.stringify(job, null, 1), context);
    return [];
  } catch (error) {
    if (error instanceof JobFileError) return error.problems.map(({ message }) => message);
    throw error;
  }
}

test.each([
  ['copy-local', { store: false, metadata: { from: 'ucbulk' } }],
  ['metadata', { set: { 'a.b:c-d_1': 'x'.repeat(512) }, remove: ['old'] }],
  ['tags', { add: ['Red '], remove: ['blue'] }],
  ['tags', { set: ['only'] }],
  ['tags', { addFrom: 'file.metadata.category' }],
  ['metadata', { setFrom: { size: 'string(file.size)' } }],
  ['convert/document', { format: 'jpg', page: 2, quality: 80, dpi: 300, saveInGroup: false }],
  [
    'convert/video',
    { format: 'webm', size: { width: 640 }, cut: { start: '0:01:00', length: 'end' }, thumbs: 3 },
  ],
  ['addon/uc_clamav_virus_scan', { purgeInfected: true }],
  ['addon/remove_bg', { crop: true, cropMargin: '10%', type: 'product', channels: 'rgba' }],
  ['import-url', { store: true, checkDuplicates: true }],
  ['upload', { tags: ['new'] }],
  ['upload', { metadata: manyKeys(48), pathKey: 'path' }],
  ['create-group', { size: 2 }],
  ['info', { include: 'appdata' }],
])('%s takes %j', (uses, options) => {
  expect(problemsOf(uses, options)).toEqual([]);
});

test.each([
  ['metadata', {}, 'neither sets nor removes a key'],
  ['metadata', { set: { 'no spaces': 'x' } }, 'is not a metadata key'],
  ['metadata', { set: { ['k'.repeat(65)]: 'x' } }, 'is not a metadata key'],
  ['metadata', { set: { '..': 'x' } }, 'is not a metadata key'],
  ['metadata', { set: { key: 'x'.repeat(513) } }, 'text of 1 to 512 characters'],
  ['metadata', { set: { key: '' } }, 'text of 1 to 512 characters'],
  ['metadata', { set: manyKeys(51) }, 'has more than 50 keys'],
  ['tags', {}, 'neither adds, removes nor sets a tag'],
  ['tags', { set: ['a'], add: ['b'] }, 'has both set and add or remove'],
  ['tags', { add: Array.from({ length: 51 }, (_, place) => `t${place}`) }, 'at most 50 tags'],
  ['tags', { set: ['a'], addFrom: 'item.key' }, 'has both set and add or remove'],
  ['tags', { addFrom: 'item.key +' }, 'is not an expression'],
  ['tags', { addFrom: 'steps.cut.file' }, 'reads a step that is not an earlier one: "cut"'],
  ['metadata', { setFrom: { a: 'vars.nope' } }, 'reads an unknown variable: "nope"'],
  ['metadata', { setFrom: { 'no spaces': 'item.key' } }, 'is not a metadata key'],
  ['copy-to-remote', { target: '' }, 'is empty: expected the name of a storage'],
  ['convert/document', { format: '../x' }, 'a format that Uploadcare can make, such as pdf'],
  ['convert/document', { format: 'pfd' }, 'got "pfd"'],
  ['convert/document', { page: 0 }, 'a whole number of at least 1'],
  ['convert/document', { quality: 101 }, 'from 1 to 100'],
  ['convert/document', { page: 1, saveInGroup: true }, 'has both page and saveInGroup'],
  ['convert/video', { format: 'avi' }, 'mp4, webm or ogg'],
  ['convert/video', { size: { width: 601 } }, 'is not divisible by four'],
  ['convert/video', { size: {} }, 'has neither width nor height'],
  ['convert/video', { cut: { start: 'now', length: 'end' } }, 'a time such as'],
  ['convert/video', { thumbs: 51 }, 'from 1 to 50'],
  ['addon/remove_bg', { type: 'dog' }, 'auto, person, product or car'],
  ['addon/aws_rekognition_detect_labels', { anything: 1 }, 'unknown key'],
  ['create-group', { size: 101 }, 'from 1 to 100'],
  ['info', { include: 'everything' }, 'appdata'],
  ['copy-to-remote', {}, 'target'],
  ['copy-local', { stor: true }, 'unknown key'],
  ['copy-local', { metadata: manyKeys(50) }, 'has more than 49 metadata keys'],
  ['upload', { metadata: manyKeys(49), pathKey: 'path' }, 'has more than 49 metadata keys'],
  ['import-url', { metadata: manyKeys(50) }, 'has more than 49 metadata keys'],
  ['import-url', { metadata: { ucbulk_intent: 'x' } }, 'ucbulk needs that key itself'],
])('%s refuses %j', (uses, options, words) => {
  expect(problemsOf(uses, options).join('\n')).toContain(words);
});

function manyKeys(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, place) => [`k${place}`, 'x']));
}
