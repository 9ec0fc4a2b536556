// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are the service's patterns
import { expect, test } from 'vitest';
import { setup } from '../emulator-caller.ts';

const UUID = '1b959c59-9605-4879-946f-08fdb5ea3e9d';

function bundle() {
  const parts = setup({ remoteTargets: { archive: 'uploadcare-test' } });
  parts.emulator.projects[0]?.addFile({ uuid: UUID, name: 'my image.png' });
  const copy = (body: object) => {
    const asked = { source: UUID, target: 'archive', ...body };
    const answer = parts.call('/files/remote_copy/', { method: 'POST', body: asked });
    return { status: answer.status, ...JSON.parse(String(answer.body)) };
  };
  return { ...parts, copy };
}

test('the first copy is 201, the same name again 200 and changes nothing', () => {
  const { copy, emulator } = bundle();
  const result = `s3://uploadcare-test/${UUID}/my image.png`;
  expect(copy({})).toEqual({ status: 201, type: 'url', result });
  expect(copy({ make_public: 'false' })).toEqual({ status: 200, type: 'url', result });
  expect([...emulator.bucketObjects('uploadcare-test')]).toMatchObject([
    { key: `${UUID}/my image.png`, isPublic: true },
  ]);
  expect(emulator.audit.summary().remote_copy).toEqual({
    requests: 2,
    effects: 2,
    changed: 1,
    distinctFilesChanged: 1,
    filesChangedMoreThanOnce: 0,
  });
});

test('a pattern fills in uuid, name, operations and extension', () => {
  const { copy } = bundle();
  const source = `https://ucarecdn.com/${UUID}/-/resize/10x10/-/grayscale/x.png`;
  const keyOf = (pattern: string, from = UUID) =>
    copy({ pattern, source: from }).result.replace('s3://uploadcare-test/', '');
  expect(keyOf('a/${filename}${ext}')).toBe('a/my image.png');
  expect(keyOf('${uuid}.${ext}')).toBe(`${UUID}..png`);
  expect(keyOf('${auto_filename}')).toBe('my image.png');
  expect(keyOf('b${effects}', source)).toBe('b-/resize/10x10/-/grayscale');
});

test('every refusal has the words of the service', () => {
  const { copy, emulator } = bundle();
  const removed = emulator.projects[0]?.addFile({ removedAt: '2026-05-01T00:00:00Z' }).uuid;
  const unready = emulator.projects[0]?.addFile({ isReady: false }).uuid;
  const large = emulator.projects[0]?.addFile({ size: 6 * 1024 ** 3 }).uuid;
  const badSource = 'Bad `source` parameter. Use UUID or CDN URL.';
  for (const [body, detail] of [
    [{ target: 'nowhere' }, 'Project has no storage with provided name.'],
    [{ source: undefined }, '`source` parameter is required.'],
    [{ source: 'cat.jpg' }, badSource],
    [{ source: '00000000-0000-4000-8000-000000000000' }, badSource],
    [{ source: removed }, badSource],
    [{ source: unready }, 'File is not ready yet.'],
    [{ source: large }, 'Copying of large files is not supported at the moment.'],
    [{ make_public: 'perhaps' }, '`make_public` parameter should be `true` or `false`.'],
    [{ pattern: '${name}' }, 'Invalid pattern provided: `${name}`'],
    [{ pattern: 'a\\b' }, 'Invalid pattern provided: Invalid character in a pattern.'],
  ] as const) {
    expect(copy(body)).toEqual({ status: 400, detail });
  }
  expect([...emulator.bucketObjects('uploadcare-test')]).toEqual([]);
});
