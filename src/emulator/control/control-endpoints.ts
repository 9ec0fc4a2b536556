import { EFFECTS } from '../audit/effect.ts';
import type { EmulatorState } from '../emulator-state.ts';
import { parseFaultRule } from '../faults/parse-fault-rule.ts';
import { putObjects } from '../objects/put-objects.ts';
import { readObjects } from '../objects/read-objects.ts';
import { savedObjects } from '../objects/save-objects.ts';
import {
  type EmulatorRequest,
  type EmulatorResponse,
  isLoopback,
  pathOf,
  queryOf,
} from '../protocol/emulator-request.ts';
import { formatInstant } from '../protocol/wire-instant.ts';
import { parseWorkSettings } from '../time/work-plan.ts';
import { readUrlSource } from '../upload/registered-urls.ts';
import {
  addAccessKey,
  bucketObjects,
  createBucket,
  describeBucketObject,
  describeBuckets,
  putBucketObject,
  removeBucketObject,
} from './bucket-endpoints.ts';

/**
 * The beginning of the path of every control endpoint. These endpoints control the emulator; the real service
 * does not have them.
 */
export const CONTROL_PREFIX = '/_emulator/';

const DEFAULT_ROWS = 10_000;

type Control = (state: EmulatorState, request: EmulatorRequest) => unknown;

// All control endpoints. If a function returns a string, the answer is NDJSON; any other value becomes JSON.
const CONTROLS: Readonly<Record<string, Control>> = {
  'GET ': describeState,
  'GET state': describeState,
  'GET files': describeFiles,
  'POST clock': moveClock,
  'GET audit': auditLines,
  'GET audit/summary': (state) => state.audit.summary(),
  'GET audit/creations': (state) => ({
    summary: state.uploads.creations.summary(),
    repeated: state.uploads.creations.repeated(),
  }),
  'GET objects': (state) => JSON.parse([...savedObjects(state)].join('')),
  'POST objects': putMoreObjects,
  'GET parts': (state) => state.uploads.listParts(),
  'GET urls': (state) => state.uploads.urls.list(),
  'POST urls': addUrls,
  'GET original': describeOriginal,
  'GET requests': (state) => state.tally.list(),
  'GET bucket': bucketLines,
  'GET s3': describeBuckets,
  'POST s3/bucket': createBucket,
  'GET s3/object': describeBucketObject,
  'PUT s3/object': putBucketObject,
  'DELETE s3/object': removeBucketObject,
  'GET s3/objects': (state, request) => pageOf(bucketObjects(state, request), request),
  'POST s3/keys': addAccessKey,
  'GET webhooks': (state) => lines(state.webhookQueue.list(), { limit: DEFAULT_ROWS }),
  'POST work': setWork,
  'GET faults': (state) => state.faults.list(),
  'POST faults': addFaults,
  'DELETE faults': removeFaults,
};

/** Answers a request to a control endpoint. Refuses requests from other computers with 403. */
export function answerControl(state: EmulatorState, request: EmulatorRequest): EmulatorResponse {
  if (!isLoopback(request))
    return json(403, { error: 'Control endpoints accept requests from this machine only' });
  const path = pathOf(request).slice(CONTROL_PREFIX.length).replace(/\/$/, '');
  const control = CONTROLS[`${request.method} ${path}`];
  if (control === undefined) {
    return json(404, { error: 'Unknown control endpoint', endpoints: Object.keys(CONTROLS) });
  }
  try {
    const result = control(state, request);
    return typeof result === 'string' ? ndjson(result) : json(200, result);
  } catch (error) {
    return json(400, { error: error instanceof Error ? error.message : String(error) });
  }
}

// Describes the whole emulator in one object: clock, projects and counts.
function describeState(state: EmulatorState): object {
  const now = state.clock.uniqueMicros();
  state.settle(now);
  return {
    clock: { now: formatInstant(now), nowMs: Math.floor(now / 1000), speed: state.clock.speed },
    requests: state.requests,
    effects: state.audit.length,
    projects: state.projects.map(({ publicKey, name, files, remoteTargets }) => ({
      publicKey,
      name,
      files: files.counts(),
      remoteTargets: Object.fromEntries(remoteTargets),
    })),
    buckets: state.copies.sizes(),
    faults: state.faults.list().length,
  };
}

function describeFiles(state: EmulatorState, request: EmulatorRequest): object {
  state.settle(state.clock.uniqueMicros());
  const asked = queryOf(request);
  const publicKey = asked.get('project') ?? state.project(0).publicKey;
  const project = state.projectsByKey.get(publicKey);
  if (project === undefined) throw new Error(`No project with the public key ${publicKey}`);
  const counts = { ...project.files.counts() };
  const wanted = asked.get('state');
  if (wanted === undefined) return counts;
  if (wanted !== 'stored' && wanted !== 'unstored' && wanted !== 'removed') {
    throw new Error(`Unknown state \`${wanted}\`. Use stored, unstored or removed`);
  }
  return { [wanted]: counts[wanted] };
}

function moveClock(state: EmulatorState, request: EmulatorRequest): object {
  const asked: { advanceMs?: unknown; speed?: unknown } = bodyOf(request);
  if (asked.advanceMs !== undefined) state.clock.advance(Number(asked.advanceMs));
  if (asked.speed !== undefined) state.clock.setSpeed(Number(asked.speed));
  return describeState(state);
}

function putMoreObjects(state: EmulatorState, request: EmulatorRequest): object {
  const loaded = readObjects(JSON.parse(request.body.toString()));
  putObjects(state.uploads, loaded, state.clock.uniqueMicros());
  return describeState(state);
}

// Adds URLs for imports. Body: `{"https://example.com/cat.png": {"size": 9000}}`
function addUrls(state: EmulatorState, request: EmulatorRequest): object {
  const { urls } = state.uploads;
  for (const [url, source] of Object.entries(bodyOf(request))) urls.add(url, readUrlSource(source));
  return urls.list();
}

// Describes the bytes of an uploaded file: `{size, sha256, isKept}`
function describeOriginal(state: EmulatorState, request: EmulatorRequest): object {
  const uuid = queryOf(request).get('uuid') ?? '';
  const original = state.uploads.originals.find(uuid);
  if (original === undefined) throw new Error(`No uploaded file ${uuid}`);
  const { size, sha256, bytes } = original;
  return { size, sha256, isKept: bytes !== null };
}

function auditLines(state: EmulatorState, request: EmulatorRequest): string {
  const asked = queryOf(request);
  const operation = asked.get('operation');
  if (operation !== undefined && !EFFECTS.some((effect) => effect === operation)) {
    throw new Error(`Unknown operation \`${operation}\`. Use one of ${EFFECTS.join(', ')}`);
  }
  return lines(state.audit.entries(Number(asked.get('from') ?? 0)), {
    limit: Number(asked.get('limit') ?? DEFAULT_ROWS),
    keep: (entry) => operation === undefined || entry.operation === operation,
  });
}

function bucketLines(state: EmulatorState, request: EmulatorRequest): object | string {
  const asked = queryOf(request);
  const bucket = asked.get('bucket');
  if (bucket === undefined) return state.copies.sizes();
  return pageOf(objectsOf(state, bucket), request);
}

// The rows that `from` and `limit` in the query select.
function pageOf(rows: Iterable<object>, request: EmulatorRequest): string {
  const asked = queryOf(request);
  let toSkip = Number(asked.get('from') ?? 0);
  const limit = Number(asked.get('limit') ?? DEFAULT_ROWS);
  return lines(rows, { limit, keep: () => --toSkip < 0 });
}

function* objectsOf(state: EmulatorState, bucket: string): Generator<object> {
  for (const { project, ref, at, key, isPublic } of state.copies.objects(bucket)) {
    const { publicKey, files } = state.project(project);
    const { uuid, size } = files.describe(ref);
    yield { bucket, key, project: publicKey, uuid, size, isPublic, at: formatInstant(at) };
  }
}

// Changes how long copies, conversions and add-on runs take and how they end, for one project or for all.
// Work that has already started is not affected.
function setWork(state: EmulatorState, request: EmulatorRequest): object {
  const settings = parseWorkSettings(bodyOf(request));
  const publicKey = queryOf(request).get('project');
  for (const project of state.projects) {
    if (publicKey === undefined || publicKey === project.publicKey) project.work.set(settings);
  }
  return settings;
}

function addFaults(state: EmulatorState, request: EmulatorRequest): object {
  const rules: unknown = JSON.parse(request.body.toString());
  const checked = (Array.isArray(rules) ? rules : [rules]).map(parseFaultRule);
  return { ids: checked.map((rule) => state.faults.add(rule)) };
}

function removeFaults(state: EmulatorState, request: EmulatorRequest): object {
  const id = queryOf(request).get('id');
  state.faults.remove(id === undefined ? undefined : Number(id));
  return state.faults.list();
}

function lines<Row extends object>(
  rows: Iterable<Row>,
  { limit, keep = () => true }: { limit: number; keep?: (row: Row) => boolean },
): string {
  const kept: string[] = [];
  for (const row of rows) {
    if (kept.length >= limit) break;
    if (keep(row)) kept.push(`${JSON.stringify(row)}\n`);
  }
  return kept.join('');
}

function bodyOf(request: EmulatorRequest): object {
  const body: unknown = JSON.parse(request.body.toString());
  if (typeof body === 'object' && body !== null) return body;
  throw new Error('Expected a JSON object');
}

function json(status: number, body: unknown): EmulatorResponse {
  const headers = { 'content-type': 'application/json' };
  return { status, headers, body: `${JSON.stringify(body)}\n` };
}

function ndjson(body: string): EmulatorResponse {
  return { status: 200, headers: { 'content-type': 'application/x-ndjson' }, body };
}
