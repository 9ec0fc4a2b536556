import type { EmulatedProject } from '../project/emulated-project.ts';
import type { ProjectOptions } from '../project/project-options.ts';
import type { UploadProject } from '../upload/upload-project.ts';
import type { UploadService } from '../upload/upload-service.ts';
import { ObjectsError } from './object-reader.ts';
import type { LoadedGroup } from './read-group-object.ts';
import type { LoadedProject } from './read-objects.ts';

/**
 * Returns the options of all projects. Loaded projects come first. If `given` and the loaded JSON have
 * options for the same public key, the options are combined.
 */
export function withLoadedProjects(
  given: readonly ProjectOptions[] | undefined,
  loaded: readonly LoadedProject[],
): readonly ProjectOptions[] {
  if (loaded.length === 0) return given ?? [{}];
  const keys = new Set(loaded.map(({ options }) => options.publicKey));
  return [
    ...loaded.map(({ options }) => ({
      ...given?.find(({ publicKey }) => publicKey === options.publicKey),
      ...options,
    })),
    ...(given ?? []).filter(({ publicKey }) => publicKey === undefined || !keys.has(publicKey)),
  ];
}

/**
 * Adds loaded objects to the projects with the same public keys. Throws an `ObjectsError` that names the path
 * of a wrong object.
 */
export function putObjects(
  service: UploadService,
  loaded: readonly LoadedProject[],
  now: number,
): void {
  for (const objects of loaded) {
    const upload = service.projectsByKey.get(objects.options.publicKey);
    if (upload === undefined) {
      throw new ObjectsError('this emulator has no project with this key', {
        path: `${objects.path}.pub_key`,
      });
    }
    putProject(service, upload, { objects, now });
  }
}

function putProject(
  service: UploadService,
  { project, imports }: UploadProject,
  { objects, now }: { readonly objects: LoadedProject; readonly now: number },
): void {
  const { path } = objects;
  each(`${path}.files`, objects.files, (spec) => project.addFile(spec, now));
  each(`${path}.groups`, objects.groups, (group) => putGroup(project, group, now));
  each(`${path}.webhooks`, objects.webhooks, (hook) => project.webhooks.add(hook));
  for (const conversion of objects.conversions) project.conversions.give(conversion);
  for (const { requestId, ...state } of objects.addonRuns) project.addonRuns.give(requestId, state);
  for (const { token, url, end } of objects.imports) {
    imports.add({ ...ENDED, token, url, end });
  }
  for (const [url, uuid] of Object.entries(objects.savedUrls)) imports.saveUrl(url, uuid);
  for (const [uuid, base64] of Object.entries(objects.contents)) {
    service.originals.put(uuid, Buffer.from(base64, 'base64'));
  }
}

const ENDED = {
  attributes: { isStored: false, metadata: '{}', tags: undefined },
  fileName: null,
  visibleAt: 0,
  startsAt: 0,
  endsAt: 0,
  total: null,
  size: 0,
  isUrlSaved: false,
} as const;

function putGroup(project: EmulatedProject, group: LoadedGroup, now: number): void {
  const { path, files, ...facts } = group;
  for (const spec of files) {
    if (project.files.find(spec.uuid ?? '') === undefined) project.addFile(spec, now);
  }
  for (const [index, member] of facts.members.entries()) {
    const exists = member === null || project.files.find(member.uuid) !== undefined;
    if (exists) continue;
    const problem = `the project has no file ${member.uuid}. Add it to \`files\`, or give all its fields here`;
    throw new ObjectsError(problem, { path: `${path}.files[${index}]` });
  }
  project.groups.add(facts);
}

// Adds each item. Two items with the same id are found only when the second one is added, not when the JSON
// is read. So this function turns the error for it into an `ObjectsError`.
function each<Item>(path: string, items: readonly Item[], put: (item: Item) => unknown): void {
  for (const [index, item] of items.entries()) {
    try {
      put(item);
    } catch (error) {
      if (error instanceof ObjectsError || !(error instanceof Error)) throw error;
      throw new ObjectsError(error.message, { path: `${path}[${index}]`, cause: error });
    }
  }
}
