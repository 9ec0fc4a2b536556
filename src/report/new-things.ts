import { type FileUuid, isFileUuid, parseFileUuid } from '../core/file-uuid.ts';
import { type GroupId, isGroupId, parseGroupId } from '../core/group-id.ts';
import type { JsonValue } from '../core/json.ts';
import type { ReportedRun, RunItem } from './run-items.ts';

/** What an item was made into by its steps; of two things of one kind, the later one. */
export interface NewThings {
  readonly file: FileUuid | null;
  /** `s3://bucket/key`, or whatever the service calls the copy. */
  readonly object: string | null;
  readonly group: GroupId | null;
  /** Group of the thumbnails of a video. */
  readonly thumbnails: GroupId | null;
}

// Operations that make something new, and the key of their results that names it. An operation
// that is not here may have results of the same names that are nothing new.
const MADE_BY: Readonly<Record<string, Readonly<Record<string, keyof NewThings>>>> = {
  'copy-local': { file: 'file' },
  'copy-to-remote': { url: 'object' },
  'convert/document': { file: 'file', group: 'group' },
  'convert/video': { file: 'file', thumbnails: 'thumbnails' },
  'addon/remove_bg': { file: 'file' },
  'import-url': { file: 'file' },
  upload: { file: 'file' },
  'create-group': { group: 'group' },
};

/** What the steps of an item made. */
export function newThings(steps: ReportedRun['steps'], { record, outcomes }: RunItem): NewThings {
  const found: Record<keyof NewThings, string | null> = {
    file: null,
    object: null,
    group: null,
    thumbnails: null,
  };
  for (const { step, result } of outcomes) {
    for (const [key, kind] of Object.entries(MADE_BY[steps[step]?.uses ?? ''] ?? {})) {
      found[kind] = textOf(result?.[key]) ?? found[kind];
    }
  }
  const things = checked(found);
  if (things.file === record.key.toLowerCase()) return { ...things, file: null };
  return things;
}

/** True where nothing was made. */
export function isNothing(things: NewThings): boolean {
  return Object.values(things).every((thing) => thing === null);
}

function checked(found: Record<keyof NewThings, string | null>): NewThings {
  const { file, object, group, thumbnails } = found;
  return {
    file: file !== null && isFileUuid(file) ? parseFileUuid(file) : null,
    object,
    group: groupOf(group),
    thumbnails: groupOf(thumbnails),
  };
}

function groupOf(text: string | null): GroupId | null {
  return text !== null && isGroupId(text) ? parseGroupId(text) : null;
}

function textOf(value: JsonValue | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
