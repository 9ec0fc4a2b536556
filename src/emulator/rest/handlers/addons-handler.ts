import type { FileRef } from '../../files/project-files.ts';
import { refusals } from '../../protocol/rest-refusals.ts';
import { ADDONS, type Addon } from '../../time/work-plan.ts';
import type { Answer, Exchange } from '../exchange.ts';
import { addonParamErrors } from './addon-params.ts';

// Successes are plain JSON; errors are not (api 1.3).
const JSON_TYPE = { 'content-type': 'application/json' };
const UUID = /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;

/** POST /addons/{name}/execute/ (api 8.1). */
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

/** GET /addons/{name}/execute/status/ (api 8.2). */
export function addonStatus(exchange: Exchange): Answer {
  const addon = addonOfPath(exchange);
  const requestId = readUuid('request_id', exchange.query().get('request_id')).toLowerCase();
  const { status, resultUuid } = exchange.project.addonRuns.state(addon, requestId, exchange.now);
  const result = resultUuid === null ? {} : { result: { file_id: resultUuid } };
  return { status: 200, body: JSON.stringify({ status, ...result }), headers: JSON_TYPE };
}

// not recorded: an unknown add-on.
function addonOfPath(exchange: Exchange): Addon {
  const name = exchange.param(0);
  const addon = ADDONS.find((known) => known === name);
  if (addon === undefined) throw refusals.notFound();
  return addon;
}

// not recorded: the text for an absent field is the framework's.
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

// not recorded: a removed target is a 404; one that is not ready is refused (api 15.22).
function targetOf({ project }: Exchange, uuid: string): FileRef {
  const ref = project.files.find(uuid.toLowerCase());
  if (ref === undefined) throw refusals.notFound();
  const file = project.files.describe(ref);
  if (file.removedAt !== null) throw refusals.notFound();
  if (!file.isReady) throw refusals.fileNotReady();
  return ref;
}
