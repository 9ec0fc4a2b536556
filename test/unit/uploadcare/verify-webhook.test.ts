import { expect, test } from 'vitest';
import { verifyWebhook } from '../../../src/uploadcare/verify-webhook.ts';

const IMAGE = {
  color_mode: 'RGB',
  format: 'JPEG',
  height: 168,
  width: 300,
  orientation: null,
  dpi: null,
  geo_location: null,
  datetime_original: null,
  sequence: false,
};
const CDN_URL = 'https://ucarecdn.com/f08d7c8a-2971-42e0-ab01-780d9039b40b/download.jpeg';

/** The delivery of the vendor's own Ruby test; the order of its keys is signed too. */
const BODY = JSON.stringify({
  payload_hash: '1844671900',
  data: {
    uuid: 'f08d7c8a-2971-42e0-ab01-780d9039b40b',
    image_info: IMAGE,
    video_info: null,
    content_info: {
      mime: { mime: 'image/jpeg', type: 'image', subtype: 'jpeg' },
      video: null,
      image: IMAGE,
    },
    mime_type: 'image/jpeg',
    original_filename: 'download.jpeg',
    size: 10_603,
    is_image: true,
    is_ready: true,
    datetime_removed: null,
    datetime_stored: null,
    datetime_uploaded: null,
    original_file_url: CDN_URL,
    url: '',
    source: null,
    variations: null,
    rekognition_info: null,
  },
  hook: {
    id: 889_783,
    project_id: 123_681,
    target: 'https://6f48-188-232-175-230.ngrok.io/posts',
    event: 'file.uploaded',
    is_active: true,
    created_at: '2021-11-18T06:17:42.730459Z',
    updated_at: '2021-11-18T06:17:42.730459Z',
  },
  file: CDN_URL,
});
const SIGNATURE = 'v1=9b31c7dd83fdbf4a2e12b19d7f2b9d87d547672a325b9492457292db4f513c70';

test('the vendor’s own delivery is taken, as text and as bytes', () => {
  expect(verifyWebhook(BODY, SIGNATURE, '12345X')).toBe(true);
  expect(verifyWebhook(new TextEncoder().encode(BODY), SIGNATURE, '12345X')).toBe(true);
  expect(verifyWebhook(BODY, ` ${SIGNATURE.toUpperCase().replace('V1', 'v1')} `, '12345X')).toBe(
    true,
  );
});

test.each<[string, string, string | null | undefined, string]>([
  ['another secret', BODY, SIGNATURE, '12345'],
  ['no secret', BODY, SIGNATURE, ''],
  ['a changed body', BODY.replace('300', '301'), SIGNATURE, '12345X'],
  ['a body with a space more', `${BODY} `, SIGNATURE, '12345X'],
  ['another signature', BODY, SIGNATURE.replace('9', '8'), '12345X'],
  ['a cut signature', BODY, SIGNATURE.slice(0, -2), '12345X'],
  ['a longer signature', BODY, `${SIGNATURE}00`, '12345X'],
  ['another scheme', BODY, SIGNATURE.replace('v1', 'v2'), '12345X'],
  ['a signature that is none', BODY, 'v1=zz', '12345X'],
  ['an empty header', BODY, '', '12345X'],
  ['no header', BODY, undefined, '12345X'],
  ['a header that is null', BODY, null, '12345X'],
])('%s is refused', (_, body, header, secret) => {
  expect(verifyWebhook(body, header, secret)).toBe(false);
});
