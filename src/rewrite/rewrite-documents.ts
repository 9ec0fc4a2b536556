import { makesFile } from '../operations/operation-traits.ts';
import { KNOWN_CDN_HOSTS, withoutScheme } from '../report/cdn-hosts.ts';
import type { MoveTarget } from '../report/moves.ts';
import type { SizeNames } from '../report/picture-sizes.ts';
import type { ReportedRun } from '../report/run-items.ts';
import { findDocuments } from './find-documents.ts';
import { openReplacements, type Replacements } from './replacements.ts';
import { type DocumentResult, rewriteDocument, UNTOUCHED } from './rewrite-document.ts';

/** Which documents to rewrite, and how. */
export interface RewriteRequest {
  /** Files and folders. All files below a folder are included. */
  readonly paths: readonly string[];
  /** CDN hosts of old URLs, in addition to the hosts that ucbulk knows. */
  readonly oldHosts: readonly string[];
  /** CDN host of new URLs. Null if each URL keeps its host. */
  readonly newHost: string | null;
  readonly bucketUrl: string | undefined;
  readonly to: MoveTarget | undefined;
  readonly bareUuids: boolean;
  /** The names of smaller versions of pictures that get a new URL too. */
  readonly sizes?: SizeNames | undefined;
  /** True to lead from the new files back to the old ones. */
  readonly reverse: boolean;
  readonly dryRun: boolean;
  readonly backup: string | null;
  readonly newId: () => string;
  readonly signal: AbortSignal;
  /** Called once, with the counts of the run's map from old to new files. */
  readonly onMap: (
    map: Pick<Replacements, 'entries' | 'unsettled' | 'deleted' | 'ambiguous'>,
  ) => void;
}

/**
 * Replaces references to old files by references to the new files of a run, in one document after the other.
 */
export async function* rewriteDocuments(
  run: ReportedRun,
  request: RewriteRequest,
): AsyncGenerator<DocumentResult> {
  const { oldHosts, onMap } = request;
  const otherHost = otherProjectHost(run);
  const newHost = request.newHost ?? (request.reverse ? oldHost(run, otherHost) : otherHost);
  const replacements = openReplacements(run, request);
  try {
    onMap(replacements);
    const more = [run.cdnHost, otherHost, newHost]
      .filter((host) => host !== null)
      .map(withoutScheme);
    const hosts = [...KNOWN_CDN_HOSTS, ...oldHosts, ...more];
    const restoresSizes = request.reverse && request.sizes !== undefined;
    const settings = { ...request, newHost, oldHosts: hosts, replacements, restoresSizes };
    for await (const found of findDocuments(request.paths, request)) {
      request.signal.throwIfAborted();
      if ('message' in found) yield failed(found);
      else if ('isBackup' in found) yield { ...UNTOUCHED, path: found.path, state: 'backup' };
      else yield await rewriteDocument(found, settings);
    }
  } finally {
    replacements.close();
  }
}

/**
 * Returns the host of the project with the new files if it must replace the old host. That is so if the two
 * differ, because the host of one project does not serve the files of another project. Null if they are
 * equal, or if the host is unknown.
 */
function otherProjectHost({ cdnHost, steps }: ReportedRun): string | null {
  if (cdnHost === null) return null;
  const hosts = new Set(steps.flatMap((step) => (makesFile(step.uses) ? [step.cdnHost] : [])));
  const [host = null] = hosts;
  return hosts.size === 1 && host !== null && host !== cdnHost ? withoutScheme(host) : null;
}

/** The host of the old files, if the new files are in a project with another host. Null if the host stays. */
function oldHost({ cdnHost }: ReportedRun, otherHost: string | null): string | null {
  return otherHost === null || cdnHost === null ? null : withoutScheme(cdnHost);
}

function failed({ path, message }: { path: string; message: string }): DocumentResult {
  return { ...UNTOUCHED, path, state: 'failed', message };
}
