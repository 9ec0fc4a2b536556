import { needsApi07 } from '../core/api-version.ts';
import { ClassifiedError } from '../core/failure.ts';
import { isGroupId, parseGroupId } from '../core/group-id.ts';
import { blockSchema } from '../job/job-value-schemas.ts';
import type { GroupsApi } from '../uploadcare/groups-api.ts';
import { defineOperation } from './descriptor.ts';
import { seenAs } from './expected-effect.ts';
import { expectedGroup } from './listed-group.ts';
import type { EachOperation } from './operation.ts';

/**
 * Creates the operation that deletes groups but not their files. If we sent a delete and the group is now
 * missing, our delete counts as successful.
 */
function deleteGroupOperation(groups: GroupsApi): EachOperation {
  return {
    kind: 'delete-group',
    shape: 'each',
    destructive: true,
    changesListing: true,
    doubt: { class: 'idempotent' },
    async runItem(item, permit) {
      if (!isGroupId(item.key)) throw notAGroup(item.key);
      const { existed } = await groups.remove(parseGroupId(item.key), permit);
      if (existed || item.openSends > 0) return { kind: 'done' };
      return { kind: 'skipped', reason: 'gone' };
    },
  };
}

function notAGroup(key: string): ClassifiedError {
  return new ClassifiedError({
    kind: 'permanent',
    effect: 'none',
    code: 'not_a_group',
    message: `The item is not a group: ${JSON.stringify(key.slice(0, 100))}; expected <uuid>~<count>`,
  });
}

/** The operation that deletes groups but not their files. */
export const deleteGroup = defineOperation({
  kind: 'delete-group',
  versionFault: needsApi07('version 0.6 cannot delete groups'),
  options: blockSchema({}),
  optionsText: 'This operation takes no options',
  takes: { kind: 'group', from: 'source groups with take: groups' },
  isRepeatable: true,
  skipIfDone: null,
  isIrreversible: () => true,
  describe: () => 'deletes the groups, not their files (irreversible)',
  expectedEffect: () => seenAs('it is gone'),
  listedEffect: (_options, { file }) => [{ ...expectedGroup(file), isGone: true }],
  requests: () => [{ endpoint: 'DELETE /groups/{id}/' }],
  docs: {
    request: '`DELETE /groups/{id}/`',
    perRequest: '1',
    result: '–',
    lostAnswer: 'sent again',
  },
  create: (_options, { client }) => deleteGroupOperation(client.groups),
});
