import type { Emulator } from '../../src/emulator/emulator.ts';
import type { SentRequest } from '../support/simulated-network.ts';
import type { LedgerSnapshot } from './ledger-snapshot.ts';
import type { Scenario } from './scenarios.ts';

/** What is known of the last request that a thing (a file, a tag) was sent with. */
export interface LastSend {
  readonly at: number;
  /** False once the service said that it did nothing. */
  isOpen: boolean;
}

/** Everything that was seen of a schedule so far; invariants look at nothing else. */
export interface Seen {
  readonly scenario: Scenario;
  readonly emulator: Emulator;
  /** The keys that the job must select. */
  readonly keys: ReadonlySet<string>;
  /** Files that must never be deleted. */
  readonly spared: ReadonlySet<string>;
  /** How long after a send its effect may still come, ms. */
  readonly settleMs: number;
  readonly concurrency: number;
  readonly secret: string;
  /** The two latest commits of the ledger; null before there was one. */
  before: LedgerSnapshot | null;
  now: LedgerSnapshot | null;
  /** By file or tag: the latest request that may make something of it. */
  readonly sends: Map<string, LastSend>;
  /** Until when each origin asked for quiet; a new process does not know of it. */
  pauses: { origin: string; from: number; until: number }[];
  /** Requests of this life since the keys were first refused; null while they are good. */
  sinceRefusal: number | null;
  /** What a yes counted, by `delete NAME` or `pay NAME`; null before there was one. */
  consented: ReadonlyMap<string, number> | null;
  /** The things that were deleted or paid for, by the same names. */
  readonly bought: Map<string, Set<string>>;
  /** True once our clock was off: then times in the ledger are only roughly the service's. */
  isClockOff: boolean;
  /** True once the service's answers may have agreed on a wrong time. */
  isServiceClockOff: boolean;
  /** True once a person took it upon himself that something happens twice. */
  isRedone: boolean;
}

const TAG = /[a-z0-9-]+\.[\w-]+\.[0-9a-f]{16}/g;
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const HARMLESS = /^\/(files\/search|multipart\/start|parts)\//;

/** True where a request may change something: parts are nothing until they are put together. */
export function mutates({ request }: SentRequest): boolean {
  return request.method !== 'GET' && !HARMLESS.test(request.target);
}

/** False for the storage of parts: it knows no keys, has no gate, and is another host at the real service. */
export function isOfApi({ request }: SentRequest): boolean {
  return !request.target.startsWith('/parts/');
}

/** The files a request names. */
export function filesIn({ request, text }: SentRequest): string[] {
  return `${request.target} ${text}`.match(UUID) ?? [];
}

/** What a request may make something of, again at each repeat: its tag, else the files it names. */
export function thingsIn(sent: SentRequest): string[] {
  if (!mutates(sent)) return [];
  const { request, text } = sent;
  const kind = request.target.replace(UUID, '').replace(/\?.*/, '');
  const tags = `${request.target} ${text}`.match(TAG);
  return (tags ?? filesIn(sent)).map((thing) => `${kind} ${thing}`);
}

/** What a request deletes or pays for, as `Seen.consented` names it; null if it does neither. */
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
