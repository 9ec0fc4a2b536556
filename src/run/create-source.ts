import { assertNever } from '../core/assert-never.ts';
import { present } from '../core/present.ts';
import type { RunId } from '../core/run.ts';
import { composed, spellings } from '../core/same-text.ts';
import { compileExclude, compilePathGlob } from '../filters/path-glob.ts';
import type { SourceOptions } from '../job/source-schemas.ts';
import { type EarlierRuns, earlierRunSource } from '../sources/earlier-run-source.ts';
import { fileListSource } from '../sources/file-list-source.ts';
import { fileNamesSource } from '../sources/file-names-source.ts';
import { folderSource } from '../sources/folder-source.ts';
import { groupSource } from '../sources/group-source.ts';
import { inlineSource } from '../sources/inline-source.ts';
import type { ListPorts } from '../sources/list-input.ts';
import type { ColumnNeeds } from '../sources/list-source.ts';
import { searchSource } from '../sources/search-source.ts';
import type { Source } from '../sources/source.ts';
import { urlListSource } from '../sources/url-list-source.ts';
import { statePaths } from '../state/state-paths.ts';
import type { ListQuery } from '../uploadcare/list-cursor.ts';
import type { RestClient } from '../uploadcare/rest-client.ts';
import type { FileSearch } from '../uploadcare/search-api.ts';
import { createEarlierRuns } from './earlier-runs.ts';
import type { OpenProject } from './project-services.ts';
import type { RunContext } from './run-request.ts';

/** The services and files that sources read from. */
export interface SourcePorts extends ListPorts {
  readonly client: RestClient;
  readonly runs: EarlierRuns;
}

/** Creates the ports of a run's sources. A plan has no run, and stores nothing. */
export function createSourcePorts(
  { world, stateDirectory }: RunContext,
  { connection, service }: OpenProject,
  run: RunId | null,
): SourcePorts {
  const paths = statePaths(stateDirectory);
  const { files } = world;
  const { publicKey } = connection;
  return {
    client: service.client,
    files,
    inputPath: run === null ? null : paths.input(run),
    runs: createEarlierRuns({ paths, files, publicKey }),
  };
}

/** Creates the job's source, with an exhaustive switch over its kinds. */
export function createSource(
  options: SourceOptions,
  place: SourcePorts,
  needs: ColumnNeeds,
): Source {
  const { client, files } = place;
  switch (options.kind) {
    case 'files':
      return fileListSource(client, toListQuery(options.files));
    case 'search':
      return searchSource(client, toFileSearch(options.search));
    case 'groups':
      return groupSource(client, options.groups);
    case 'list':
      return fileNamesSource(client.files, { ...options.list, needs }, place);
    case 'inline':
      return inlineSource(client.files, options.inline);
    case 'run':
      return earlierRunSource({ run: options.run.id, states: options.run.states }, place);
    case 'urls':
      return urlListSource({ ...options.urls, needs }, place);
    case 'folder':
      return folderSource(toFolderOptions(options.folder), files);
    default:
      return assertNever(options, 'source');
  }
}

type Options<Kind extends SourceOptions['kind']> = Extract<SourceOptions, { kind: Kind }>;

function toListQuery({ pageSize, ...query }: Options<'files'>['files']): ListQuery {
  return { ...query, limit: pageSize };
}

function toFolderOptions({
  path,
  match,
  exclude,
  followLinks,
  onUnreadable,
}: Options<'folder'>['folder']) {
  const globs = match?.map(compilePathGlob);
  const excluded = exclude.map(compileExclude);
  return {
    path,
    followLinks,
    onBadRow: onUnreadable,
    excludes: (entry: { name: string; relativePath: string }) =>
      excluded.some((matches) => matches(entry)),
    ...(globs !== undefined && {
      accepts: (relativePath: string) => globs.some((matches) => matches(relativePath)),
    }),
  };
}

/** Converts the job's search to a request. */
function toFileSearch(search: Options<'search'>['search']): FileSearch {
  const { query, phrase, exact, uploaded, size, isImage, tags, fuzzy } = search;
  return present({
    query: query && composed(query),
    phrase: phrase && present({ ...toPhraseQuery(phrase), mimeType: phrase.mime }),
    exact: exact && present({ ...toExactQuery(exact), mimeType: exact.mime }),
    uploaded:
      uploaded && present({ gte: toIsoDate(uploaded.after), lt: toIsoDate(uploaded.before) }),
    size: size && present({ gte: size.min, lte: size.max }),
    isImage,
    tags: tags && present(tags),
    fuzziness: fuzzy || undefined,
  });
}

function toPhraseQuery({ name, metadata }: NonNullable<Options<'search'>['search']['phrase']>) {
  return { filename: name && composed(name), metadata: metadata && composed(metadata) };
}

/** Searches for exact values in both Unicode forms: a file has the form that its uploader's system writes. */
function toExactQuery({ uuid, name, metadata }: NonNullable<Options<'search'>['search']['exact']>) {
  const entries = Object.entries(metadata ?? {}).map(([key, values]) => {
    return [key, values.flatMap(spellings)] as const;
  });
  return {
    uuid,
    filename: name?.flatMap(spellings),
    metadata: metadata && Object.fromEntries(entries),
  };
}

function toIsoDate(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}
