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

/** A file of a project, as the CDN finds it. */
export interface FoundFile {
  readonly project: EmulatedProject;
  readonly ref: number;
  readonly file: EmulatedFile;
}

/** A file as the CDN serves it: what was uploaded, else made-up bytes, with operations done. */
export function servedFile(
  { originals }: CdnHost,
  { file }: FoundFile,
  path: Pick<CdnPath, 'videoframe' | 'operations'>,
): CdnResult {
  const uploaded = originals.find(file.uuid)?.bytes ?? undefined;
  const original = () => uploaded ?? generatedOriginal(file);
  return transformFile({ file, uploaded, original }, path);
}

/** A file by its UUID alone, in whichever project: the CDN knows no keys. */
export function findAnywhere(host: CdnHost, uuid: string): FoundFile | undefined {
  for (const { project } of host.projectsByKey.values()) {
    const ref = project.files.find(uuid);
    if (ref !== undefined) return { project, ref, file: project.files.describe(ref) };
  }
  return undefined;
}
