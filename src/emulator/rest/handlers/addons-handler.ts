import type { FileRef } from '../../files/project-files.ts';
import { refusals } from '../../protocol/rest-refusals.ts';
import { ADDONS, type Addon } from '../../time/work-plan.ts';
import type { Answer, Exchange } from '../exchange.ts';
import { addonParamErrors } from './addon-params.ts';

// A successful answer has the content type `application/json`. An error answer has the vendor's own type
// (docs/uploadcare-api.md 1.3).
const JSON_TYPE = { 'content-type': 'application/json' };
const UUID = /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;

/** Answers `POST /addons/{name}/execute/` (docs/uploadcare-api.md 8.1): starts an add-on for a file. */
export function executeAddon(exchange: Exchange): Answer {
  const addon = addonOfPath(exchange);
  const { project, now, requestId } = exchange;
  const asked = exchange.jsonObject() as { readonly target?: unknown; readonly params?: unknown };
  const uuid = readUuid('target', asked.target);
  const params = readParams(addon, asked.params ?? {});
  if (project.deniedAddons.has(addon)) throw refusals.addonDenied();
  const target = targetOf(exchange, uuid);
  if (project.addonRuns.isRunning(addon, target, now)) throw refusals.concurrentCall();
  project.addonRuns.start({ addon, target, params }, { now, requestId });
  exchange.record(addon, target, true);
  return { status: 200, body: JSON.stringify({ request_id: requestId }), headers: JSON_TYPE };
}

/**
 * Answers `GET /addons/{name}/execute/status/` (docs/uploadcare-api.md 8.2): shows whether a run has ended.
 */
export function addonStatus(exchange: Exchange): Answer {
  const addon = addonOfPath(exchange);
  const requestId = readUuid('request_id', exchange.query().get('request_id')).toLowerCase();
  const { status, resultUuid } = exchange.project.addonRuns.state(addon, requestId, exchange.now);
  const result = resultUuid === null ? {} : { result: { file_id: resultUuid } };
  return { status: 200, body: JSON.stringify({ status, ...result }), headers: JSON_TYPE };
}

// Finds the add-on that the path names. Assumption: an unknown name gets a 404. No recording of the real
// service shows this case.
function addonOfPath(exchange: Exchange): Addon {
  const name = exchange.param(0);
  const addon = ADDONS.find((known) => known === name);
  if (addon === undefined) throw refusals.notFound();
  return addon;
}

// Reads a UUID from a field of the request. Assumption: for a missing field, the service sends the default
// text of Django REST framework. No recording of the real service shows this error.
function readUuid(field: string, value: unknown): string {
  if (value === undefined || value === null) {
    throw refusals.fields({ [field]: ['This field is required.'] });
  }
  if (typeof value === 'string' && UUID.test(value)) return value;
  throw refusals.fields({ [field]: ['Must be a valid UUID.'] });
}

function readParams(addon: Addon, value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw refusals.fields({ params: ['Expected a dictionary of items.'] });
  }
  const params = { ...value } as Readonly<Record<string, unknown>>;
  const errors = addonParamErrors(addon, params);
  if (Object.keys(errors).length > 0) throw refusals.fields({ params: errors });
  return params;
}

// Finds the file on which the add-on is to run. Assumption: a removed file gets a 404, and a file that is not
// ready gets a 400 (docs/uploadcare-api.md 15.22). No recording of the real service shows these cases.
function targetOf({ project }: Exchange, uuid: string): FileRef {
  const ref = project.files.find(uuid.toLowerCase());
  if (ref === undefined) throw refusals.notFound();
  const file = project.files.describe(ref);
  if (file.removedAt !== null) throw refusals.notFound();
  if (!file.isReady) throw refusals.fileNotReady();
  return ref;
}
