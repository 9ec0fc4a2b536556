import type { Emulator } from '../../src/emulator/emulator.ts';
import type { SentRequest } from '../support/simulated-network.ts';
import type { LedgerSnapshot } from './ledger-snapshot.ts';
import type { Scenario } from './scenarios.ts';

/** The last request that named a file or a tag. */
export interface LastSend {
  readonly at: number;
  /** False once the service has reported that it had no effect. */
  isOpen: boolean;
}

/** All observations of a schedule so far. Invariants use nothing else. */
export interface Seen {
  readonly scenario: Scenario;
  readonly emulator: Emulator;
  /** The keys that the job must select. */
  readonly keys: ReadonlySet<string>;
  /** Files that must never be deleted. */
  readonly spared: ReadonlySet<string>;
  /** The bytes of the files that the job copies to the bucket `attic` or deletes, by UUID; empty for other jobs. */
  readonly originals: ReadonlyMap<string, Buffer>;
  /** True if workers send the requests. They hear of a pause later than the process of the run. */
  readonly hasFleet: boolean;
  /** How long after a send its effect may still appear, ms. */
  readonly settleMs: number;
  readonly concurrency: number;
  readonly secret: string;
  /** The two latest commits of the ledger; null before the first one. */
  before: LedgerSnapshot | null;
  now: LedgerSnapshot | null;
  /** By file or tag: the latest request that may create something from it. */
  readonly sends: Map<string, LastSend>;
  /** When the item was last claimed and then was not any more, by its number: the service's time, ms. */
  readonly claimsEnded: Map<number, number>;
  /** The pauses that each origin asked for. A new process does not know them. */
  pauses: { origin: string; from: number; until: number }[];
  /** Number of requests of this process since the keys were first refused; null while they are valid. */
  sinceRefusal: number | null;
  /** The counts of a yes, by `delete NAME` or `pay NAME`; null before the first yes. */
  consented: ReadonlyMap<string, number> | null;
  /** The files that were deleted or paid for, by the same names. */
  readonly bought: Map<string, Set<string>>;
  /** True once a commit took long. Requests that have passed the gate then wait for it. */
  isDiskSlow: boolean;
  /** True once our clock was wrong: times in the ledger then differ from the service's. */
  isClockOff: boolean;
  /** True once answers of the service may have agreed on a wrong time. */
  isServiceClockOff: boolean;
  /** True once a person has decided to repeat a request at the risk of a second effect. */
  isRedone: boolean;
}

const TAG = /[a-z0-9-]+\.[\w-]+\.[0-9a-f]{16}/g;
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const REPEATABLE = /^\/files\/[0-9a-f-]{36}\/(metadata|tags)\//;
const HARMLESS = /^\/(files\/search|multipart\/start|parts|s3)\//;

/** True if a request may change something. An uploaded part changes nothing until the file is assembled. */
export function mutates({ request }: SentRequest): boolean {
  return request.method !== 'GET' && !HARMLESS.test(request.target);
}

/** True if a repeat of the request has the same result, so that it needs no intent. */
export function isRepeatable({ request }: SentRequest): boolean {
  return REPEATABLE.test(request.target);
}

/** The storage of parts, the buckets, and the CDN. */
const STORAGE = /^\/(?:parts|s3|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\//;

/** False for the storage of parts, for buckets and the CDN: they have no gate, and are other hosts at the service. */
export function isOfApi({ request }: { readonly request: { readonly target: string } }): boolean {
  return !STORAGE.test(request.target);
}

/** The files that a request names. */
export function filesIn({ request, text }: SentRequest): string[] {
  return `${request.target} ${text}`.match(UUID) ?? [];
}

/** The things from which each repeat of a request may create something: its tag, or else the files it names. */
export function thingsIn(sent: SentRequest): string[] {
  if (!mutates(sent)) return [];
  const { request, text } = sent;
  const kind = request.target.replace(UUID, '').replace(/\?.*/, '');
  const tags = `${request.target} ${text}`.match(TAG);
  return (tags ?? filesIn(sent)).map((thing) => `${kind} ${thing}`);
}

/** The name in `Seen.consented` of what a request deletes or pays for; null if it does neither. */
export function consentNeededBy({ request }: SentRequest): string | null {
  const { method, target } = request;
  if (method === 'DELETE' && target === '/files/storage/') return 'delete delete';
  if (method === 'DELETE' && target.startsWith('/groups/')) return 'delete delete-group';
  if (method !== 'POST') return null;
  const addon = /^\/addons\/(\w+)\/execute\/$/.exec(target)?.[1];
  if (addon !== undefined) return `pay ${addon}`;
  const conversion = /^\/convert\/(document|video)\/$/.exec(target)?.[1];
  return conversion === undefined ? null : `pay convert/${conversion}`;
}
