import type { FileFacts } from '../../src/core/file-facts.ts';
import { parseFileUuid } from '../../src/core/file-uuid.ts';

/** A stored picture uploaded at 1,000,000 ms; name only what a test is about. */
export function someFile(facts: Partial<FileFacts> = {}): FileFacts {
  return {
    uuid: parseFileUuid('5223010b-aaaa-4bbb-8ccc-000000000001'),
    filename: 'cat.jpg',
    size: 1000,
    mimeType: 'image/jpeg',
    isImage: true,
    isReady: true,
    uploadedAt: 1_000_000,
    storedAt: 1_000_500,
    removedAt: null,
    metadata: {},
    tags: [],
    ...facts,
  };
}
