import type { FileSpec } from '../files/file-spec.ts';
import type { EmulatedGroup } from '../files/project-groups.ts';
import { parseInstant } from '../protocol/wire-instant.ts';
import { type ObjectReader, ObjectsError } from './object-reader.ts';
import { readFileObject } from './read-file-object.ts';

/**
 * A group from the loaded JSON. `files` contains only the files of the group for which the JSON has all
 * fields.
 */
export interface LoadedGroup extends Omit<EmulatedGroup, 'isDeleted'> {
  readonly path: string;
  readonly files: readonly FileSpec[];
}

const GROUP_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}~([1-9]\d*)$/;

/**
 * Reads a group in the format of `GET /groups/{id}/` (docs/uploadcare-api.md 6). Null in its list of files
 * stands for a purged file.
 */
export function readGroupObject(reader: ObjectReader): LoadedGroup {
  const id = reader.field('id').string();
  const count = Number(GROUP_ID.exec(id)?.[1] ?? Number.NaN);
  if (Number.isNaN(count)) throw reader.field('id').expected('a group id (`<uuid>~<count>`)');
  const files = reader.field('files').items();
  if (files.length !== count) {
    const problem = `expected ${count} files, as in the id, got ${files.length}`;
    throw new ObjectsError(problem, { path: `${reader.path}.files` });
  }
  const instant = (name: string) =>
    reader.field(name).nullable((value) => parseInstant(value.instant()) ?? 0);
  return {
    path: reader.path,
    id,
    createdAt: instant('datetime_created') ?? failAbsent(reader.field('datetime_created')),
    storedAt: instant('datetime_stored'),
    members: files.map((file) =>
      file.nullable((value) => ({
        uuid: value.field('uuid').uuid(),
        effects: value.field('default_effects').optional((text) => text.string()) ?? '',
      })),
    ),
    // A group that was copied from an answer of the API contains its files with all their fields. These files
    // must then be loaded too.
    files: files
      .filter(({ value }) => value !== null)
      .filter((file) => !file.field('datetime_uploaded').isAbsent)
      .map(readFileObject),
  };
}

function failAbsent(reader: ObjectReader): never {
  throw reader.expected('an ISO 8601 instant');
}
