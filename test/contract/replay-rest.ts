import { createEmulator, type Emulator } from '../../src/emulator/emulator.ts';
import { type Interaction, type Recording, showsTags } from './recordings.ts';
import { shapeDifferences, valueDifferences } from './replay-compare.ts';
import { isAnsweredOfRepeat, optionsFor } from './replay-options.ts';
import { replayedRequest, replayedTarget } from './replay-request.ts';
import { type Json, replayedVersion, STAND_IN, seedFor } from './replay-seed.ts';

/** One interaction with the REST API, and where it was recorded. */
export interface RestCase {
  readonly title: string;
  readonly recording: Recording;
  readonly position: number;
  readonly one: Interaction;
  readonly version: string;
}

/** The interactions of recordings with v0.6 and v0.7 of the REST API. */
export function restCases(recordings: readonly Recording[]): RestCase[] {
  return recordings.flatMap((recording) =>
    recording.interactions
      .map((one, position) => ({
        title: `${recording.name} #${position}`,
        recording,
        position,
        one,
        version: replayedVersion(one),
      }))
      .filter(({ one, version }) => {
        const isRest = !/^\S+ (?:upload:|<)/.test(one.endpoint);
        const isInScope = version === '0.6' || version === '0.7';
        return isRest && isInScope && one.trust === 'as-recorded';
      }),
  );
}

const ORIGIN = 'https://api.uploadcare.com';
// Ids and times that the emulator gives anew; all else of a body must be as recorded.
const NEW_VALUES: Readonly<Record<string, RegExp>> = {
  'POST /files/local_copy/': /\.(?:uuid|url|original_file_url|datetime_\w+)/,
  'POST /convert/document/': /\.(?:uuid|token)/,
  'POST /convert/video/': /\.(?:uuid|token|thumbnails_group_uuid)/,
  'POST /webhooks/': /\.(?:id|created|updated)/,
  'PUT /webhooks/{id}/': /\.updated/,
  'POST /files/': /\.(?:uuid|url|original_file_url|datetime_\w+)/,
  'POST /files/search/': /^\$\.(?:total|next|previous)|\.highlight/,
  'PUT /groups/{group}/storage/': /\.datetime_stored/,
  'DELETE /files/{uuid}/': /\.datetime_removed/,
  'GET /files/': /^\$\.totals?\b/,
  'GET /groups/': /^\$\.total\b/,
  'PUT /files/{uuid}/storage/': /\.datetime_stored/,
  'DELETE /files/{uuid}/storage/': /\.datetime_removed/,
  'PUT /files/storage/': /\.datetime_stored/,
  'DELETE /files/storage/': /\.datetime_removed/,
};

/** Replays one interaction and names how the answer differs from the recorded one. */
export function replayRest({ recording, position, one, version }: RestCase): string[] {
  const emulator = emulatorFor(one, version);
  const target = replayedTarget(recording, position);
  const request = replayedRequest(one, { target, version });
  // What was answered so only because the same was asked before.
  if (isAnsweredOfRepeat(one)) emulator.handle(request);
  const answer = emulator.handle(request);
  return [...headDifferences(answer, one), ...bodyDifferences(String(answer.body), one)];
}

function emulatorFor(one: Interaction, version: string): Emulator {
  const { response } = one;
  const project = (one.endpoint.includes('webhooks') ? response.body : {}) as Json | Json[] | null;
  const id = (Array.isArray(project) ? project[0] : project)?.['project'];
  const emulator = createEmulator({
    // Recorded times have whole seconds: what the answer shows may be from within the second.
    clock: { now: () => Date.parse(one.recordedAt) + 999 },
    origin: ORIGIN,
    unstoredLifetimeMs: null,
    tagsInFiles: showsTags(one),
    searchLagMs: 0,
    ...optionsFor(one),
    ...(typeof id === 'number' ? { id } : {}),
  });
  const seed = seedFor(one);
  const webhooks = (seed.webhooks ?? []).map((hook) => ({ version, ...hook }));
  emulator.load({ projects: [{ pub_key: 'demopublickey', ...seed, webhooks } as never] });
  const format = (
    response.body as { format?: { converted_groups?: Record<string, string> } } | null
  )?.format;
  const uuid = String(seed.files?.[0]?.['uuid']);
  for (const [name, group] of Object.entries(format?.converted_groups ?? {})) {
    emulator.projects[0]?.giveConvertedGroup({ uuid, format: name, group });
  }
  return emulator;
}

function headDifferences(
  answer: { status: number; headers: Record<string, string> },
  { response }: Interaction,
): string[] {
  const names = ['content-type', 'allow', 'www-authenticate'] as const;
  const wanted = { status: response.status, ...pick(response.headers, names) };
  const actual = { status: answer.status, ...pick(answer.headers, names) };
  const hasLocation = [response.headers, answer.headers].map((headers) => 'location' in headers);
  return [
    ...valueDifferences(actual, wanted, 'head'),
    ...(hasLocation[0] === hasLocation[1] ? [] : ['head.location']),
  ];
}

function pick(headers: Readonly<Record<string, string>>, names: readonly string[]): Json {
  return Object.fromEntries(names.map((name) => [name, headers[name]]));
}

function bodyDifferences(body: string, one: Interaction): string[] {
  const { endpoint, response } = one;
  if (response.body === null) return body === '' ? [] : [`body: ${body}`];
  const actual: unknown = withoutStandIns(JSON.parse(body));
  if (response.status >= 400) {
    return body === JSON.stringify(response.body) ? [] : [`body: ${body}`];
  }
  const isNew = NEW_VALUES[endpoint] ?? (endpoint.endsWith('execute/') ? /request_id/ : /(?!)/);
  return [
    ...shapeDifferences(actual, response.body),
    ...valueDifferences(actual, response.body).filter((difference) => !isNew.test(difference)),
  ];
}

// Some pages were shortened when they were collected.
function withoutStandIns(body: unknown): unknown {
  const { results } = (body ?? {}) as { results?: Json[] };
  if (results === undefined) return body;
  const kept = results.filter(({ uuid, id }) => !String(uuid ?? id).startsWith(STAND_IN));
  return { ...(body as Json), results: kept };
}
