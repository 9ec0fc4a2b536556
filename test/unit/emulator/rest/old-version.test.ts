import { expect, test } from 'vitest';
import { setup, targetOf, type WireFile, type WirePage } from '../emulator-caller.ts';

const headers = { accept: 'application/vnd.uploadcare-v0.6+json' };
const UUID = '1b959c59-9605-4879-946f-08fdb5ea3e9d';

function bundle(options = {}) {
  const parts = setup(options);
  const get = <Body>(target: string): Body => parts.json<Body>(target, { headers });
  return { ...parts, get };
}

test('a file has its details at the top and no metadata', () => {
  const { get, emulator, call } = bundle();
  const labels = { Labels: [{ Name: 'Dog', Confidence: 97.5 }] };
  emulator.projects[0]?.addFile({
    uuid: UUID,
    isImage: true,
    contentInfo: { image: { dpi: null, width: 8, height: 4, format: 'PNG', color_mode: 'RGB' } },
    appdata: { aws_rekognition_detect_labels: { data: labels } },
  });
  const file = get<WireFile>(`/files/${UUID}/`);
  expect(file).toMatchObject({ image_info: { width: 8, geo_location: null }, video_info: null });
  expect(Object.keys(file)).not.toContain('metadata');
  expect(Object.keys(file).at(-1)).toBe('video_info');
  const labelled = get<WireFile>(`/files/${UUID}/?add_fields=rekognition_info`);
  expect(labelled['rekognition_info']).toEqual({ Dog: 97.5 });
  const answer = call(`/files/${UUID}/`, { headers });
  expect(answer.headers['content-type']).toBe('application/vnd.uploadcare-v0.6+json');
  expect(call('/files/none/', { headers }).headers['content-type']).toMatch(/v0\.6/);
});

test('a listing has no totals, and goes by size with an integer key', () => {
  const { get } = bundle({ files: 60 });
  const first = get<WirePage>('/files/?ordering=-size&limit=25');
  expect(first).not.toHaveProperty('totals');
  const smallest = first.results.at(-1)?.['size'];
  expect(first.next).toBe(
    `https://api.uploadcare.com/files/?ordering=-size&limit=25&from=${smallest}&offset=0`,
  );
  const sizes: unknown[] = [];
  let target: string | null = '/files/?ordering=-size&limit=25';
  while (target !== null) {
    const { results, next }: WirePage = get<WirePage>(target);
    sizes.push(...results.map((file) => file['size']));
    target = next === null ? null : targetOf(next);
  }
  expect(sizes).toHaveLength(60);
  expect(sizes).toEqual([...sizes].sort((a, b) => Number(b) - Number(a)));
});

test('v0.7 refuses the order by size', () => {
  expect(bundle().call('/files/?ordering=size').status).toBe(400);
});
