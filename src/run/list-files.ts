import type { FileFacts } from '../core/file-facts.ts';
import type { JsonObject } from '../core/json.ts';
import { present } from '../core/present.ts';
import { compileFilter } from '../filters/compile-filter.ts';
import type { Job } from '../job/job-schema.ts';
import { type Condition, compileCondition } from '../job/step-condition.ts';
import type { ProjectClient } from './open-client.ts';

/**
 * Lists the files of a project that a job with `source: files` would take, page by page. Only reads, and creates no
 * run. `now` is the time for conditions on the age, ms since 1970. The condition of the first step counts too.
 */
export async function* listFiles(
  client: Pick<ProjectClient, 'files'>,
  { source, where, steps, limits }: Job,
  now: number,
): AsyncGenerator<FileFacts> {
  if (source.kind !== 'files') throw new Error('Only files of a project can be listed');
  const filter = compileFilter(where, { earliest: now, latest: now });
  const text = steps[0]?.if;
  const condition = text === undefined ? null : compileCondition(text);
  let left = limits.items ?? Infinity;
  for await (const facts of allFiles(client, source.files)) {
    if (left === 0) return;
    if (filter(facts).kind !== 'yes' || (condition !== null && !meets(condition, facts))) continue;
    left -= 1;
    yield facts;
  }
}

async function* allFiles(
  client: Pick<ProjectClient, 'files'>,
  { stored, removed, ordering, pageSize }: FileListing,
): AsyncGenerator<FileFacts> {
  const query = { limit: pageSize, ordering, ...present({ stored, removed }) };
  let page = await client.files({ query });
  yield* page.files;
  while (page.next !== null) {
    page = await client.files({ cursor: page.next });
    yield* page.files;
  }
}

type FileListing = Extract<Job['source'], { readonly kind: 'files' }>['files'];

function meets(condition: Condition, facts: FileFacts): boolean {
  const { tags, metadata, ...plain } = facts;
  const file: JsonObject = {
    ...plain,
    tags: tags && [...tags],
    metadata: metadata && { ...metadata },
  };
  return condition({ vars: {}, item: { key: facts.uuid }, file, steps: {} });
}
