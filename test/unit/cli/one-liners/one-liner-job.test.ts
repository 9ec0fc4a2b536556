import { expect, test } from 'vitest';
import { ONE_LINERS } from '../../../../src/cli/one-liners/all-one-liners.ts';
import { writeOneLiner } from '../../../../src/cli/one-liners/one-liner-job.ts';
import type { Job } from '../../../../src/job/job-schema.ts';
import { loadJobFile } from '../../../../src/job/load-job-file.ts';

const A = '6bb67c5a-7b4e-4a0c-9e6b-1c1a3fc1a001';
const B = '6bb67c5a-7b4e-4a0c-9e6b-1c1a3fc1a002';

interface Given {
  readonly flags?: Readonly<Record<string, unknown>>;
  readonly folder?: string;
  readonly upload?: object;
}

function textOf(name: string, words: readonly string[], { flags = {}, ...rest }: Given = {}) {
  const oneLiner = ONE_LINERS.find((one) => one.name === name)!;
  return writeOneLiner(oneLiner, { words, flags, cwd: '/here', folder: '/here', ...rest });
}

/** The job of a command line, as ucbulk reads it from the text. */
function jobOf(name: string, words: readonly string[], given?: Given): Job {
  return loadJobFile(textOf(name, words, given).text, { file: 'x', env: {}, vars: {} });
}

test('a filter selects files of the project', () => {
  const flags = { unstored: true, olderThan: '48h', mime: ['image/*'], minSize: '1MB', tag: ['a'] };
  const job = jobOf('file delete', [], { flags: { ...flags, limit: 5, canary: 2 } });
  expect(job).toMatchObject({
    name: 'file delete',
    source: { kind: 'files', files: { stored: false } },
    where: {
      mime: ['image/*'],
      uploaded: { olderThan: 48 * 3_600_000 },
      size: { min: 1_000_000 },
      tags: { any: ['a'] },
    },
    steps: [{ uses: 'delete' }],
    limits: { items: 5 },
    guard: { canary: 2, confirm: true },
  });
});

test('UUIDs and lists are taken as they are named, and a condition is checked for each', () => {
  expect(jobOf('file store', [A, B]).source).toEqual({ kind: 'inline', inline: [A, B] });
  expect(jobOf('file store', [], { flags: { from: 'ids.csv' } }).source).toMatchObject({
    kind: 'list',
    list: { path: 'ids.csv' },
  });
  const piped = textOf('file store', [], { flags: { fromStdin: true, where: 'file.isImage' } });
  expect(piped.readsInput).toBe(true);
  expect(loadJobFile(piped.text, { file: 'x', env: {}, vars: {} }).steps[0]).toMatchObject({
    if: 'file.isImage',
  });
});

test.each([
  ['metadata set', ['a=b', 'c=d=e'], { set: { a: 'b', c: 'd=e' } }],
  ['metadata set', ['sku', 'A 1'], { set: { sku: 'A 1' } }],
  ['metadata delete', ['a', 'b'], { remove: ['a', 'b'] }],
  ['tags add', ['x', 'y'], { add: ['x', 'y'] }],
  ['tags remove', ['x'], { remove: ['x'] }],
])('%s %j: the words after the UUIDs are values', (name, words, options) => {
  const { source, steps } = jobOf(name, [A, ...words]);
  expect(source).toEqual({ kind: 'inline', inline: [A] });
  expect(steps[0]?.with).toMatchObject(options);
});

test.each([
  ['file local-copy', { store: true }, 'copy-local', { store: true }],
  ['file remote-copy', { target: 't', makePublic: false }, 'copy-to-remote', { makePublic: false }],
  ['convert document', { format: 'pdf' }, 'convert/document', { format: 'pdf' }],
  ['convert video', { format: 'mp4', thumbs: '3' }, 'convert/video', { thumbs: 3 }],
  ['group create', { size: '7' }, 'create-group', { size: 7 }],
])('%s: the flags are options of the step', (name, flags, uses, options) => {
  const [step] = jobOf(name, [], { flags: { ...flags, all: true } }).steps;
  expect(step).toMatchObject({ uses, with: options });
});

test('an add-on gets its parameters', () => {
  const flags = { params: '{"crop": true}' };
  expect(jobOf('addon execute', ['remove_bg', A], { flags }).steps[0]).toMatchObject({
    uses: 'addon/remove_bg',
    with: { crop: true },
  });
});

test('imports take URLs of the command line as standard input', () => {
  const { input, text } = textOf('import', ['https://a.test/1', 'https://a.test/2'], {
    flags: { store: true, metadata: ['k=v'], addTag: ['z'] },
  });
  expect(input).toBe('https://a.test/1\nhttps://a.test/2\n');
  expect(loadJobFile(text, { file: 'x', env: {}, vars: {} }).steps[0]?.with).toMatchObject({
    store: true,
    metadata: { k: 'v' },
    tags: ['z'],
  });
});

test('the paths of a saved job belong to its folder', () => {
  const flags = { from: 'lists/ids.txt' };
  const { text } = textOf('file store', [], { flags, folder: '/here/jobs' });
  expect(text).toContain('path: ../lists/ids.txt');
  const upload = textOf('upload', [], {
    folder: '/here/jobs',
    upload: { path: '.' },
    flags: { match: ['*.jpg'] },
  });
  expect(upload.text).toContain('path: ..\n');
  expect(upload.text).toContain('"*.jpg"');
});

test.each([
  ['file delete', [], {}, 'This would take every file of the project.'],
  ['file delete', ['x.jpg'], {}, '`x.jpg` is not the UUID of a file. `ucbulk file list` shows'],
  ['file delete', ['ids.txt'], {}, 'To read a list of UUIDs, use --from FILE.'],
  ['file delete', [A], { from: 'a.txt' }, 'by --from or --from-stdin, but not both'],
  ['file delete', [], { from: 'a.txt', fromStdin: true }, 'Use --from or --from-stdin'],
  ['file delete', [], { from: '' }, '--from is empty'],
  ['file delete', [A], { olderThan: '2d' }, '--older-than selects among all files of the project'],
  ['file delete', [], { fromStdin: true, all: true }, '--all selects among all files'],
  ['file delete', [], { stored: true, unstored: true }, 'exclude each other'],
  ['group delete', [], {}, 'This would take every group of the project.'],
  ['group delete', [`${A}~2`], { all: true }, 'but not both'],
  ['import', [], {}, 'Name URLs'],
  [
    'import',
    ['https://a.test/1', 'x'],
    {},
    'Argument 2: not a URL of http or https: "x". Correct it',
  ],
  ['import', ['urls.csv'], {}, 'To read a list of URLs, use --from FILE.'],
  ['metadata set', [A, 'novalue'], {}, '`novalue` is not key=value.'],
  ['metadata set', [A], {}, 'Name key=value.'],
  ['tags add', [], { all: true }, 'Name a tag.'],
  ['addon execute', ['remove_bgg'], { all: true }, 'did you mean remove_bg?'],
  ['addon execute', ['remove_bg'], { all: true, params: '[1]' }, '--params takes a JSON object'],
])('%s %j %j is refused', (name, words, flags, message) => {
  expect(() => textOf(name, words, { flags })).toThrow(message);
});

test('a whole project needs --all, also for a condition that every file meets', () => {
  expect(jobOf('file store', [], { flags: { all: true } }).source).toMatchObject({ kind: 'files' });
});
