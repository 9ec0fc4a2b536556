import { formatInstant } from '../protocol/wire-instant.ts';
import type { WireOrigins } from './file-json.ts';
import type { EmulatedGroup } from './project-groups.ts';

/**
 * The JSON object of a group without the list of its files. In the REST API, only v0.6 has the field
 * `datetime_stored` (docs/uploadcare-api.md 6).
 */
export function groupHead(
  { id, createdAt, storedAt, members }: EmulatedGroup,
  origins: WireOrigins,
  stored: 'with-stored' | 'without-stored',
): object {
  const storedTime = { datetime_stored: storedAt === null ? null : formatInstant(storedAt) };
  return {
    id,
    datetime_created: formatInstant(createdAt),
    ...(stored === 'with-stored' ? storedTime : {}),
    files_count: members.length,
    cdn_url: `${origins.cdn}/${id}/`,
    url: `${origins.api}/groups/${id}/`,
  };
}
