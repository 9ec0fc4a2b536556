import type { WireOrigins } from '../../files/file-json.ts';
import { groupHead } from '../../files/group-json.ts';
import type { EmulatedGroup, GroupMember } from '../../files/project-groups.ts';
import type { EmulatedProject } from '../../project/emulated-project.ts';
import { UploadRefusal } from '../../protocol/upload-refusal.ts';
import type { UploadExchange } from '../upload-exchange.ts';
import { uploadFileInfo } from '../upload-file-json.ts';
import type { UploadForm } from '../upload-form.ts';

// Maximum number of files in a group (docs/uploadcare-api.md 6).
const MEMBERS_LIMIT = 1000;
const MEMBER =
  /^(?:https?:\/\/[^/\s]+\/|\/)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\/(\S*))?$/i;

/**
 * Answers `POST /group/` (docs/uploadcare-api.md 11.6): creates a group. The files are ordered by the numbers
 * in their field names, and a file can appear twice.
 */
export function createGroup(exchange: UploadExchange): string {
  const { project } = exchange.signedProject('pub_key', { operations: 0 });
  const members = readMembers(exchange.form, project);
  const { now: at, service } = exchange;
  const id = `${project.newUuid()}~${members.length}`;
  const slot = project.groups.add({ id, createdAt: at, storedAt: null, members });
  exchange.record('group_create', project.number, { ref: slot, at });
  const input = members.map(({ uuid, effects }) => `${uuid}/${effects}`).join(' ');
  service.creations.add('group_create', project.publicKey, input);
  return groupInfoJson(project.groups.describe(slot), project, exchange.originsOf(project));
}

/** Answers `GET /group/info/` (docs/uploadcare-api.md 11.6). A purged file in the group is null. */
export function uploadedGroupInfo(exchange: UploadExchange): string {
  const { project } = exchange.openProject('pub_key');
  const id = exchange.form.get('group_id');
  if (id === '') throw new UploadRefusal('GroupIdRequiredError');
  const slot = project.groups.find(id.toLowerCase());
  if (slot === undefined) throw new UploadRefusal('GroupNotFoundError');
  return groupInfoJson(project.groups.describe(slot), project, exchange.originsOf(project));
}

// Reads the files of a new group. Their fields can be named `files[0]`, as in recordings of the real service,
// or `files[]`, as the vendor's own client names them.
function readMembers(form: UploadForm, project: EmulatedProject): GroupMember[] {
  const sent = form
    .bracketed('files')
    .filter(({ key }) => /^\d*$/.test(key))
    .sort((a, b) => Number(a.key) - Number(b.key));
  if (sent.length === 0) throw new UploadRefusal('GroupFilesInvalidError');
  // This answer to more than 1,000 files is an assumption: no recording of the real service shows it.
  if (sent.length > MEMBERS_LIMIT) throw new UploadRefusal('FilesNumberLimitExceededError');
  const members = sent.map(({ value }) => readMember(value));
  if (members.some(({ uuid }) => !exists(project, uuid))) {
    throw new UploadRefusal('GroupFilesNotFoundError');
  }
  return members;
}

// Reads one file of a group, with its CDN operations. CDN operations must start with `-/`: the real service
// ignored those in `uuid/resize/x600` (recording `rails.group_api_create_group`).
function readMember(value: string): GroupMember {
  const match = MEMBER.exec(value);
  if (match === null) throw new UploadRefusal('GroupFileURLParsingFailedError', [value]);
  const [, uuid = '', rest = ''] = match;
  const effects = rest.startsWith('-/') ? rest.slice(2).replace(/[^/]*$/, '') : '';
  return { uuid: uuid.toLowerCase(), effects };
}

// True if the project has this file. Assumption: a removed file counts as not found. No recording of the real
// service shows this case.
function exists({ files }: EmulatedProject, uuid: string): boolean {
  const ref = files.find(uuid);
  return ref !== undefined && files.describe(ref).removedAt === null;
}

function groupInfoJson(
  group: EmulatedGroup,
  { files }: EmulatedProject,
  origins: WireOrigins,
): string {
  return JSON.stringify({
    ...groupHead(group, origins, 'with-stored'),
    files: group.members.map((member) => {
      const ref = member === null ? undefined : files.find(member.uuid);
      if (member === null || ref === undefined) return null;
      return { ...uploadFileInfo(files.describe(ref)), default_effects: member.effects };
    }),
  });
}
