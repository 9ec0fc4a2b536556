import type { EmulatedFile } from '../core/emulated-file.ts';
import { generatedOriginal } from '../media/generated-original.ts';
import type { OriginalStore } from '../media/original-store.ts';
import type { EmulatedProject } from '../project/emulated-project.ts';
import type { CdnPath } from './cdn-path.ts';
import { type CdnResult, transformFile } from './transform-file.ts';

/** The parts of the emulator that the CDN uses. */
export interface CdnHost {
  readonly projectsByKey: ReadonlyMap<string, { readonly project: EmulatedProject }>;
  readonly originals: OriginalStore;
}

/** A file and the project to which it belongs. */
export interface FoundFile {
  readonly project: EmulatedProject;
  readonly ref: number;
  readonly file: EmulatedFile;
}

/**
 * The CDN's answer for a file: the bytes of the file, changed by the operations in the URL. If the file was
 * not uploaded, the emulator generates its bytes.
 */
export function servedFile(
  { originals }: CdnHost,
  { file }: FoundFile,
  path: Pick<CdnPath, 'videoframe' | 'operations'>,
): CdnResult {
  const uploaded = originals.find(file.uuid)?.bytes ?? undefined;
  const original = () => uploaded ?? generatedOriginal(file);
  return transformFile({ file, uploaded, original }, path);
}

/** Finds a file by its UUID in all projects, because a CDN request has no public key. */
export function findAnywhere(host: CdnHost, uuid: string): FoundFile | undefined {
  for (const { project } of host.projectsByKey.values()) {
    const ref = project.files.find(uuid);
    if (ref !== undefined) return { project, ref, file: project.files.describe(ref) };
  }
  return undefined;
}
