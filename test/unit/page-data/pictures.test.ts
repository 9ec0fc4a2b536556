import { expect, test } from 'vitest';
import { Ledger } from '../../../src/ledger/ledger.ts';
import { LedgerReader } from '../../../src/ledger/ledger-reader.ts';
import { openItems } from '../../../src/page-data/read-items-page.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { uuidOf } from '../../support/file-json.ts';
import { newRun } from '../../support/new-run.ts';
import { tempDirectory } from '../../support/temp-ledger.ts';

const HOST = 'https://abc.ucarecd.net';
const PREVIEW = '-/preview/640x640/';
const url = (path: string) => `${HOST}/${path}/${PREVIEW}`;

interface Made {
  readonly uses: string;
  readonly options?: object;
  readonly key?: string;
  readonly facts?: object;
  readonly result: object;
}

/** The pictures of an item whose only step had this result. */
function picturesOf({ uses, options = {}, key = uuidOf(1), facts, result }: Made) {
  const path = `${tempDirectory()}/run-1.db`;
  const job = {
    name: 'test',
    source: { kind: 'files', files: {} },
    steps: [{ id: 'make', uses, with: options }],
    guard: {},
    limits: {},
    where: {},
  };
  const ledger = Ledger.create(path, newRun({ job }), { clock: new FakeClock() });
  ledger.recordCdnHost('', HOST.slice('https://'.length));
  ledger.transaction(() => {
    const page = { no: 1, cursor: null, next: null, firstSeq: 1, checkedAt: 0 };
    ledger.pages.insert({ ...page, listed: 1, selected: 1, repeated: 0, rejected: 0 });
    ledger.items.insert(
      [{ key, details: facts === undefined ? null : { file: facts as never } }],
      1,
    );
    ledger.items.take(0, [{ seq: 1 }]);
    ledger.items.moveItems({ seqs: [1], step: 0, from: 'running', to: 'done' });
    const text = { reason: null, message: null, requestId: null };
    ledger.outcomes.put({
      item: 1,
      step: 0,
      state: 'done',
      ...text,
      result: result as never,
      at: 5,
    });
  });
  ledger.close();
  const reader = LedgerReader.open(path);
  const { describe, makers } = openItems(reader);
  const [item] = reader.itemsAt([1]);
  const { name, before, after } = describe(item!);
  reader.close();
  return { name, before, after, isMaker: makers.length > 0 };
}

const FILE = uuidOf(2);
const GROUP = `${uuidOf(3)}~4`;

test.each<Made & { after: string | null; isMaker: boolean }>([
  { uses: 'addon/remove_bg', result: { file: FILE }, after: url(FILE), isMaker: true },
  {
    uses: 'convert/video',
    options: { format: 'mp4' },
    result: { file: FILE, thumbnails: GROUP },
    after: url(`${GROUP}/nth/0`),
    isMaker: true,
  },
  {
    uses: 'convert/document',
    options: { format: 'png' },
    result: { file: FILE },
    after: url(FILE),
    isMaker: true,
  },
  {
    uses: 'convert/document',
    options: { format: 'jpg', saveInGroup: true },
    result: { file: FILE, group: GROUP },
    after: url(`${GROUP}/nth/0`),
    isMaker: true,
  },
  {
    uses: 'convert/document',
    options: { format: 'pdf' },
    result: { file: FILE },
    after: null,
    isMaker: false,
  },
  { uses: 'copy-local', result: { file: FILE }, after: url(FILE), isMaker: false },
  {
    uses: 'copy-local',
    facts: { isImage: false, mimeType: 'text/plain' },
    result: { file: FILE },
    after: null,
    isMaker: false,
  },
  { uses: 'create-group', result: { group: GROUP }, after: null, isMaker: false },
  { uses: 'copy-to-remote', result: { url: 's3://b/k' }, after: null, isMaker: false },
  { uses: 'addon/remove_bg', result: { file: 'javascript:alert(1)' }, after: null, isMaker: true },
  { uses: 'addon/remove_bg', result: { file: `${FILE}/../x` }, after: null, isMaker: true },
  { uses: 'addon/remove_bg', result: { file: uuidOf(1) }, after: null, isMaker: true },
])('$uses $options $result is shown as $after', ({ after, isMaker, ...made }) => {
  expect(picturesOf(made)).toMatchObject({ after, isMaker });
});

test.each([
  { key: 'https://example.com/a/cat.jpg?x=1', after: url(FILE) },
  { key: 'https://example.com/a/cat.pdf?x=.jpg', after: null },
])('an import is a picture by the name of its URL: $key', ({ key, after }) => {
  const pictures = picturesOf({ uses: 'import-url', key, result: { file: FILE } });
  expect(pictures).toMatchObject({ before: null, after });
});

test('the picture before the run is that of the file, if it may be a picture', () => {
  const made = { uses: 'info', result: {} };
  const named = (facts?: object) => picturesOf({ ...made, ...(facts && { facts }) });
  expect(named()).toMatchObject({ name: null, before: url(uuidOf(1)) });
  expect(named({ filename: 'a.png', isImage: true })).toMatchObject({
    name: 'a.png',
    before: url(uuidOf(1)),
  });
  expect(named({ mimeType: 'video/mp4' })).toMatchObject({ before: null });
  expect(named({ isImage: false, mimeType: 'image/svg+xml' })).toMatchObject({ before: null });
});
