import { type FileUuid, parseFileUuid } from '../../src/core/file-uuid.ts';

/** A UUID that is told apart from others by its number. */
export function uuidOf(number: number): FileUuid {
  return parseFileUuid(`740e1b8c-1ad8-4324-b7ec-${String(number).padStart(12, '0')}`);
}

/** A file as the service sends it (api 2.1, recorded field order). */
export function fileJson(number = 1, changes: Readonly<Record<string, unknown>> = {}) {
  const uuid = uuidOf(number);
  return {
    datetime_removed: null,
    datetime_stored: '2022-10-25T11:11:48.000001Z',
    datetime_uploaded: '2022-10-25T11:11:47.120330Z',
    is_image: true,
    is_ready: true,
    mime_type: 'image/jpeg',
    original_file_url: `https://ucarecdn.com/${uuid}/cat.jpg`,
    original_filename: 'cat.jpg',
    size: 4321,
    url: `https://api.uploadcare.com/files/${uuid}/`,
    uuid,
    variations: null,
    content_info: {
      mime: { mime: 'image/jpeg', type: 'image', subtype: 'jpeg' },
      image: { dpi: [72, 72], width: 100, format: 'JPEG', height: 80, sequence: false },
    },
    metadata: { color: 'red' },
    ...changes,
  };
}
