import type { SentRequest } from '../support/simulated-network.ts';
import { hasCopy } from './copies.ts';
import type { LedgerItem } from './ledger-snapshot.ts';
import {
  consentNeededBy,
  filesIn,
  isOfApi,
  isRepeatable,
  mutates,
  type Seen,
  thingsIn,
} from './seen.ts';

/** An invariant: null if it holds, otherwise the violation. It is reported with its name. */
type Invariant<Look> = (seen: Seen, look: Look) => string | null;

/** A request may get its slot just before an answer closes the gate. */
const PAUSE_SLACK_MS = 100;
/** Date headers have whole seconds, and smaller differences are not corrected. */
const CLOCK_SLACK_MS = 3500;
/** The longest pause between an intent and its write, with the latency of the simulated connect. */
const WRITE_MARGIN_MS = 12_100;
/** A worker's report of a 429 may be lost. The worker repeats it every 3 s, here at most four times. */
const MAX_REPORT_MS = 12_000;
const RUNNING = 1;
const SKIPPED = 5;
const FIRST_FINAL_STATE = 4;

/** Nothing is lost: a selected item stays selected, in one state, and the counters agree. */
function everyItemIsInOneState({ before, now }: Seen): string | null {
  if (now === null) return null;
  const counted = new Map<string, number>();
  for (const { step, state } of now.items) {
    const place = `${step}/${state}`;
    counted.set(place, (counted.get(place) ?? 0) + 1);
  }
  const differs = [...new Set([...counted.keys(), ...now.counters.keys()])].find(
    (place) => (counted.get(place) ?? 0) !== (now.counters.get(place) ?? 0),
  );
  if (differs !== undefined) {
    return `${counted.get(differs) ?? 0} items are at ${differs}, the counters say ${now.counters.get(differs) ?? 0}`;
  }
  // Repeated items are removed between the end of the walk and the first step.
  if (before === null || (now.walkFinished && !before.deduplicated)) return null;
  if (now.items.length < before.items.length) return 'items became fewer';
  return null;
}

/** An outcome is final: only a decision of a person and a sweep change it. A sweep never reopens a skipped item. */
function outcomesAreFinal({ scenario, before, now }: Seen): string | null {
  if (before === null || now === null) return null;
  const items = new Map(now.items.map((item) => [item.seq, item]));
  const maySweep = (item: LedgerItem) =>
    now.sweeps > before.sweeps && now.sweeps <= (scenario.sweeps ?? 0) && item.state !== SKIPPED;
  const changed = before.items.find((item) => {
    return isFinal(item) && hasMoved(item, items.get(item.seq)) && !maySweep(item);
  });
  return changed === undefined ? null : `item ${changed.key} had its outcome and moved on`;
}

/** No page is skipped: each starts where the previous one ended. */
function pagesFollowEachOther({ now }: Seen): string | null {
  const pages = now?.pages ?? [];
  const gap = pages.find(({ no, cursor }, place) => {
    return no !== place + 1 || cursor !== (place === 0 ? null : pages[place - 1]?.next);
  });
  return gap === undefined ? null : `page ${gap.no} does not follow the one before`;
}

/**
 * A crash never loses a send: a current intent is durable before the first byte (guarantees W1, W2, W6). If a worker
 * sends, the coordinator may have given its call up since then. The intent then still counts as a lost answer.
 */
function intentIsDurableBeforeTheSend(seen: Seen, sent: SentRequest): string | null {
  if (!mutates(sent) || isRepeatable(sent)) return null;
  const { now, isClockOff, hasFleet } = seen;
  const words = `${sent.request.method} ${sent.request.target} left without its intent`;
  if (now === null) return words;
  const intents = hasFleet ? [...now.openIntents, ...now.lostIntents] : now.openIntents;
  if (intents.length === 0) return words;
  const named = new Set(filesIn(sent));
  const unmarked = now.items.find((item) => named.has(item.key) && isUnmarked(item));
  if (unmarked !== undefined) return `${words}: item ${unmarked.key}`;
  const isTimely = intents.some((at) => {
    const age = sent.at - at;
    return age >= -CLOCK_SLACK_MS && age <= WRITE_MARGIN_MS + CLOCK_SLACK_MS;
  });
  return isTimely || isClockOff ? null : `${words} of this moment`;
}

/**
 * A request without an intent is only sent for a claimed item, so that a crash never loses it (guarantees W1). A worker
 * may send it for some seconds after the coordinator has given its call up.
 */
function repeatableIsSentForAClaimedItem(seen: Seen, sent: SentRequest): string | null {
  if (!isRepeatable(sent) || !mutates(sent)) return null;
  const named = new Set(filesIn(sent));
  const isRecent = ({ seq }: LedgerItem) =>
    seen.hasFleet && sent.at - (seen.claimsEnded.get(seq) ?? 0) <= WRITE_MARGIN_MS;
  const other = seen.now?.items.find((item) => {
    return named.has(item.key) && item.state !== RUNNING && !isRecent(item);
  });
  return other === undefined
    ? null
    : `${sent.request.target}: the item has the state ${other.state}`;
}

/** Only a person may repeat a request whose effect nothing can show. */
function undetectableIsSentOnce(seen: Seen, sent: SentRequest): string | null {
  const { scenario, sends, isRedone } = seen;
  if (isRedone || (scenario.undetectable ?? []).length === 0) return null;
  if (!UNDETECTABLE_ROUTES.test(sent.request.target)) return null;
  if (scenario.effects.includes('remote_copy') && sent.request.target.startsWith('/files/'))
    return null;
  const again = thingsIn(sent).find((thing) => sends.get(thing)?.isOpen === true);
  return again === undefined ? null : `${again} was sent again without anyone's word`;
}

/** A repeat waits for a late effect: settle times start at the intent of the last send (guarantees W3, W7). */
function repeatsWaitUntilEffectsSettled(seen: Seen, sent: SentRequest): string | null {
  const { scenario, sends, settleMs } = seen;
  // Who says "redo" has made sure that nothing more comes of the last send.
  if (seen.isServiceClockOff || seen.isRedone) return null;
  if (scenario.isTagged !== true || !TAGGED_ROUTES.test(sent.request.target)) return null;
  const early = thingsIn(sent).find((thing) => {
    const last = sends.get(thing);
    return last?.isOpen === true && sent.at - last.at < settleMs - WRITE_MARGIN_MS - CLOCK_SLACK_MS;
  });
  return early === undefined
    ? null
    : `${early} was sent again ${sent.at - (sends.get(early)?.at ?? 0)} ms after its last send`;
}

/** All requests pause together: none is sent while the service asks for a pause. */
function nobodySendsInAPause(seen: Seen, sent: SentRequest): string | null {
  if (!isOfApi(sent)) return null;
  const { request, at } = sent;
  // A request that has passed the gate waits for the commit of its intent.
  // A read has no intent that would be too old, so a worker that stood still sends it late.
  if (seen.hasFleet && !mutates(sent)) return null;
  const isLate = (seen.isDiskSlow || seen.hasFleet) && mutates(sent);
  const reportMs = seen.hasFleet ? MAX_REPORT_MS : 0;
  const slackMs = reportMs + (isLate ? WRITE_MARGIN_MS : PAUSE_SLACK_MS);
  const pause = seen.pauses.find(
    ({ origin, from, until }) => origin === request.origin && at > from + slackMs && at < until,
  );
  seen.pauses = seen.pauses.filter(({ until }) => until > at);
  return pause === undefined
    ? null
    : `${at - pause.from} ms into a pause of ${pause.until - pause.from} ms`;
}

/** Refused keys stop the run: only requests that were already starting are sent. */
function refusedKeysStopTheRun({ sinceRefusal, concurrency, isClockOff }: Seen): string | null {
  if (isClockOff) return null; // then a refusal may be about the date, and is answered with a better one
  if (sinceRefusal === null || sinceRefusal <= concurrency + 1) return null;
  return `request ${sinceRefusal} after the first refusal`;
}

/** The secret key signs requests and is never sent. */
function secretIsNotSent({ secret }: Seen, { request, text }: SentRequest): string | null {
  const all = `${request.origin} ${request.target} ${JSON.stringify(request.headers)} ${text}`;
  if (!OWN_ORIGINS.has(request.origin)) return `a request to ${request.origin}`;
  return all.includes(secret) ? 'the secret key is in a request' : null;
}

/** Only selected files are deleted, and only once the selection is complete. */
function onlyTheFrozenSelectionIsDeleted(seen: Seen, sent: SentRequest): string | null {
  const { request } = sent;
  if (request.method !== 'DELETE' || request.target !== '/files/storage/') return null;
  if (seen.now?.walkFinished !== true) return 'a delete before the selection was whole';
  if (seen.scenario.deletesMade === true) {
    const listed = filesIn(sent).find((uuid) => seen.keys.has(uuid));
    return listed === undefined
      ? null
      : `${listed} is to be deleted as a made file, and was listed`;
  }
  const other = filesIn(sent).find((uuid) => !seen.keys.has(uuid));
  return other === undefined ? null : `${other} is to be deleted and was not selected`;
}

/** A file is deleted only if the bucket has its bytes: the step before has copied them. */
function nothingIsDeletedWithoutItsBackup(seen: Seen, sent: SentRequest): string | null {
  const { scenario, emulator, originals } = seen;
  const { request } = sent;
  if (scenario.attic === undefined || request.method !== 'DELETE') return null;
  if (request.target !== '/files/storage/') return null;
  const other = filesIn(sent).find((uuid) => !hasCopy(emulator, uuid, originals.get(uuid)));
  return other === undefined ? null : `${other} is to be deleted, and the bucket lacks its bytes`;
}

/** Nothing is deleted or paid for without a yes, and never more than the yes counted. */
function nothingIsDeletedOrPaidForUnasked(seen: Seen, sent: SentRequest): string | null {
  const needed = consentNeededBy(sent);
  if (needed === null) return null;
  const counted = seen.consented?.get(needed);
  if (counted === undefined) return `${needed} without a yes`;
  const things = seen.bought.get(needed) ?? new Set();
  for (const thing of filesIn(sent)) things.add(thing);
  seen.bought.set(needed, things);
  return things.size <= counted
    ? null
    : `${needed}: ${things.size} things after a yes to ${counted}`;
}

const UNDETECTABLE_ROUTES = /^\/(convert\/|addons\/remove_bg\/|files\/remote_copy\/)/;
const TAGGED_ROUTES = /^\/(files\/local_copy|from_url|base|multipart\/complete)\//;
const OWN_ORIGINS: ReadonlySet<string> = new Set([
  'https://service.test',
  'https://upload.uploadcare.com',
  'https://ucarecdn.com',
]);

/** Checked after each commit. */
export const LEDGER_INVARIANTS: readonly Invariant<null>[] = [
  everyItemIsInOneState,
  outcomesAreFinal,
  pagesFollowEachOther,
];

/** Checked before each request. */
export const WIRE_INVARIANTS: readonly Invariant<SentRequest>[] = [
  intentIsDurableBeforeTheSend,
  repeatableIsSentForAClaimedItem,
  nobodySendsInAPause,
  refusedKeysStopTheRun,
  secretIsNotSent,
  undetectableIsSentOnce,
  repeatsWaitUntilEffectsSettled,
  onlyTheFrozenSelectionIsDeleted,
  nothingIsDeletedWithoutItsBackup,
  nothingIsDeletedOrPaidForUnasked,
];

function isFinal({ state }: LedgerItem): boolean {
  return state >= FIRST_FINAL_STATE;
}

function hasMoved(item: LedgerItem, later: LedgerItem | undefined): boolean {
  return later?.state !== item.state || later.step !== item.step;
}

/** True if the ledger has no open send for the item. */
function isUnmarked({ openSends }: LedgerItem): boolean {
  return openSends === 0;
}
