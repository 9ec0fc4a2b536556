import type { CrashPoint } from '../../src/core/world.ts';
import type { NetworkFault } from '../support/wire-faults.ts';
import type { Mishap, Schedule } from './schedule.ts';

/** A handmade schedule for a mistake that random seeds would rarely find. */
export interface DirectedSchedule {
  /** The promise that the schedule tests. */
  readonly name: string;
  readonly schedule: Schedule;
  /** Number of items by final state; if absent, all must be done. */
  readonly ends?: Readonly<Record<string, number>>;
}

const ITEMS = 8;

function quiet(
  scenario: string,
  mishaps: readonly Mishap[],
  changes: Partial<Schedule> = {},
): Schedule {
  const world = { seed: 1, world: 1, items: ITEMS, concurrency: 2 };
  const service = { service: 'well', throttle: null, resolve: null } as const;
  return { ...world, ...service, scenario, mishaps, ...changes };
}

/** The n-th request of the run and the next `times - 1` fail. */
function fault(request: number, kind: NetworkFault, times?: number): Mishap {
  return { kind: 'fault', request, fault: kind, ...(times !== undefined && { times }) };
}

/** A process dies when it reaches a place for the n-th time. */
function death(life: number, point: CrashPoint, hit: number): Mishap {
  return { kind: 'death', life, point, hit };
}

/** Each process dies so early that a settle time would never end if each process restarted it. */
const CRASH_LOOP: readonly Mishap[] = Array.from({ length: 80 }, (_, place) => ({
  kind: 'sudden-death',
  life: place + 2,
  afterMs: 15_000,
}));

/**
 * The first request of a run reads the project. A listing comes next, if the source has one. A remove_bg
 * searches for all pictures before it starts the first.
 */
export const DIRECTED: readonly DirectedSchedule[] = [
  {
    name: 'an unknown fact never selects a file: a listing without tags',
    schedule: quiet('delete, of a listing that leaves out tags', [death(1, 'page-committed', 1)]),
  },
  {
    name: 'an unknown fact never selects a file: files of unknown kind',
    schedule: quiet('delete, of files of unknown kind', []),
  },
  {
    name: 'an unknown fact never selects a file: a condition of a step',
    schedule: quiet('delete, by a condition on tags that the listing leaves out', []),
    ends: { done: ITEMS + 4 },
  },
  {
    name: 'a limit of items is the whole run: also after a crash, no file beyond it is deleted',
    schedule: quiet('delete, of the first eight files', [
      death(1, 'page-committed', 2),
      death(2, 'claimed', 1),
    ]),
  },
  {
    name: 'a limit of items counts each file once: a list that repeats files',
    schedule: quiet('cut out, of the first eight files of a list that repeats them', [
      death(1, 'page-committed', 1),
      { kind: 'unanswered', life: 2 },
    ]),
  },
  {
    name: 'a canary holds back all other items until somebody agrees: also after crashes',
    schedule: quiet('delete, with a canary', [
      death(1, 'claimed', 1),
      death(2, 'group-commit', 3),
      death(4, 'claimed', 1),
    ]),
  },
  {
    name: 'a canary is done once: nothing of it is paid twice after the yes',
    schedule: quiet('cut out and store, with a canary', [
      { kind: 'unanswered', life: 1 },
      death(2, 'outcome-committed', 2),
    ]),
  },
  {
    name: 'a plan is applied exactly: also after crashes between its pages',
    schedule: quiet('delete, by a plan', [
      death(1, 'page-committed', 2),
      death(2, 'page-read', 2),
      death(3, 'page-committed', 3),
      death(4, 'claimed', 1),
    ]),
    ends: { done: ITEMS - 2, skipped: 2 },
  },
  {
    name: 'a plan is applied exactly: an unanswered question, and crashes while it pays',
    schedule: quiet(
      'cut out, by a plan',
      [{ kind: 'unanswered', life: 1 }, death(2, 'poll-answered', 1), death(3, 'work-claimed', 2)],
      { concurrency: 1 },
    ),
    ends: { done: ITEMS - 2, skipped: 2 },
  },
  {
    name: 'a file that was protected in time is never deleted: a condition of a step',
    schedule: quiet('delete, by a condition on tags, after a slow first step', [
      { kind: 'elsewhere', request: 5, what: 'protect', item: 0 },
      { kind: 'elsewhere', request: 5, what: 'protect', item: ITEMS - 1 },
    ]),
  },
  {
    name: 'every send has its intent: after a crash before the answer, an item without a possible lookup is in doubt',
    schedule: quiet('toy: undetectable', [death(1, 'response-received', 1)], { concurrency: 1 }),
    ends: { done: 7, 'in-doubt': 1 },
  },
  {
    name: 'an unanswered question is not a no: a resume asks again, and pays only for what the yes counted',
    schedule: quiet('addon/remove_bg', [{ kind: 'unanswered', life: 1 }]),
  },
  {
    name: 'an unconfirmed delete is asked for again, even after a crash',
    schedule: quiet('delete', [{ kind: 'unanswered', life: 1 }, death(2, 'claimed', 1)]),
  },
  {
    name: 'no tagged request is repeated before its settle time: a late effect may still appear',
    schedule: quiet('copy-local', [fault(4, 'late-effect'), fault(6, 'late-effect')]),
  },
  {
    name: 'an answer about another picture: no later delete acts on it',
    schedule: quiet('cut out, then delete the cutout', [fault(4, 'answer-of-another', 2)], {
      concurrency: 1,
    }),
    ends: { done: 6, 'in-doubt': 2 },
  },
  {
    name: 'an answer about another copy: no later delete acts on it',
    schedule: quiet('copy-local, then delete the copy', [fault(3, 'answer-of-another', 12)], {
      concurrency: 1,
    }),
    ends: { done: 1, 'in-doubt': 7 },
  },
  {
    name: 'an answer about another group is looked up: the groups are the intended ones',
    schedule: quiet('create-group', [fault(3, 'answer-of-another', 1)], { concurrency: 1 }),
  },
  {
    name: 'a crash loop does not restart settle times',
    schedule: quiet('copy-local', [death(1, 'after-write', 2), ...CRASH_LOOP]),
  },
  {
    name: 'a request that waited again for its slot has the new time in its intent',
    schedule: quiet('copy-local', [fault(4, 'throttled-long', 3), fault(7, 'late-effect')], {
      concurrency: 1,
    }),
  },
  {
    name: 'the selection is complete before a step changes the listing',
    schedule: quiet('delete', [], { items: 13 }),
  },
  {
    name: 'a remove_bg with a lost answer is never repeated',
    schedule: quiet(
      'addon/remove_bg',
      [
        fault(4, 'reset-after-effect'),
        fault(6, 'error-after-effect'),
        fault(7, 'reset-before-effect'),
      ],
      { concurrency: 1 },
    ),
    ends: { done: 5, 'in-doubt': 3 },
  },
  {
    name: 'a remove_bg with a cut answer is followed by the id in its headers',
    schedule: quiet('addon/remove_bg', [
      fault(4, 'truncated'),
      fault(6, 'cut-body'),
      fault(8, 'slow-loris'),
    ]),
  },
  {
    name: 'refused keys stop the run within a few requests, and no item fails',
    schedule: quiet('metadata', [{ kind: 'revoked', request: 4 }], { items: 13, concurrency: 4 }),
  },
  {
    name: 'all requests keep a pause, in every form',
    schedule: quiet(
      'tags',
      [fault(3, 'throttled-date'), fault(7, 'throttled-long'), fault(11, 'throttled', 2)],
      { items: 13, concurrency: 8 },
    ),
  },
  {
    name: 'a token is durable before its first poll',
    schedule: quiet('addon/remove_bg', [death(1, 'token-saved', 1), death(2, 'poll-answered', 1)], {
      items: 1,
    }),
  },
  {
    name: 'a page and its items are committed together',
    schedule: quiet(
      'delete',
      [death(1, 'page-read', 2), death(2, 'page-committed', 1), death(3, 'group-commit', 1)],
      { items: 13 },
    ),
  },
  {
    name: 'a disk that is full at the end of a run: the run is not reported as finished',
    schedule: quiet('store', [{ kind: 'disk-full', write: 11 }], { items: 1, concurrency: 1 }),
  },
  {
    name: 'a disk that is full when the ledger is created: no run exists, and a new one starts',
    schedule: quiet('store', [{ kind: 'disk-full', write: 1 }, death(2, 'migration-step', 1)]),
  },
  {
    name: 'a 200 that is not from the service does not prove that a copy existed before',
    schedule: quiet('copy, then delete', [fault(4, 'wrong-shape'), fault(6, 'wrong-type')]),
  },
  {
    name: 'a wall clock that is set back does not end a settle time early',
    schedule: quiet('copy-local', [
      { kind: 'clock-jump', request: 4, byMs: -60_000 },
      fault(4, 'late-effect', 2),
    ]),
  },
  {
    name: 'a single wrong date does not move the clock: no intent of another time, no refused signature',
    schedule: quiet('copy-local', [
      { kind: 'fault', request: 5, fault: 'late-effect' },
      { kind: 'fault', request: 6, fault: 'date-late' },
    ]),
  },
  {
    name: 'a wall clock that is set forward does not end a wait: for a file, a late effect or a job',
    schedule: quiet('copy-local', [{ kind: 'clock-jump', request: 12, byMs: 1_200_000 }], {
      items: 7,
      concurrency: 6,
    }),
  },
  {
    name: 'no intent is written while the time is uncertain: a lost group is found after the clock was set forward',
    schedule: quiet(
      'create-group',
      [
        { kind: 'clock-jump', request: 3, byMs: 86_400_000 },
        { kind: 'fault', request: 4, fault: 'huge' },
      ],
      { concurrency: 1 },
    ),
  },
  {
    name: 'a remote job that never ends is in doubt after a day',
    schedule: quiet('convert/document', [], { service: 'endless', items: 4 }),
    ends: { done: 2, 'in-doubt': 2 },
  },
  {
    name: 'a process that dies while it drains can be resumed',
    schedule: quiet('metadata', [
      { kind: 'stop', request: 4, how: 'drain' },
      { kind: 'death', life: 1, point: 'draining', hit: 1 },
      { kind: 'stop', request: 8, how: 'drain' },
      { kind: 'death', life: 2, point: 'drained', hit: 1 },
    ]),
  },
  {
    name: 'parts that arrived are not sent again, and the file is assembled once',
    schedule: quiet(
      'upload in parts',
      [
        { kind: 'death', life: 1, point: 'transfer-noted', hit: 2 },
        { kind: 'death', life: 2, point: 'after-write', hit: 1 },
      ],
      { items: 1 },
    ),
  },
  {
    name: 'a settle time covers a slow commit: no request is sent long after its intent',
    schedule: quiet(
      'copy-local',
      [
        { kind: 'slow-disk', write: 7, times: 1, ms: 60_000 },
        fault(3, 'late-effect', 2),
        death(1, 'after-write', 1),
      ],
      { items: 1 },
    ),
  },
  {
    name: 'a pause during a slow commit holds the request whose intent is just written',
    schedule: quiet(
      'copy-local',
      [
        { kind: 'control', request: 3, change: 'pause', forMs: 600_000 },
        { kind: 'control', request: 5, change: 'pause', forMs: 600_000 },
        { kind: 'control', request: 8, change: 'pause', forMs: 600_000 },
        { kind: 'slow-disk', write: 5, times: 40, ms: 1200 },
      ],
      { concurrency: 8, items: 13 },
    ),
  },
  {
    name: 'a pause, a kill and a stop lose nothing and repeat nothing',
    schedule: quiet(
      'copy-local',
      [
        { kind: 'control', request: 4, change: 'pause', forMs: 600_000 },
        { kind: 'control', request: 6, change: 'set', forMs: 1 },
        { kind: 'control', request: 8, change: 'pause', forMs: 4_000_000 },
        { kind: 'sudden-death', life: 1, afterMs: 700_000 },
        { kind: 'control', request: 12, change: 'stop', forMs: 1 },
        fault(6, 'late-effect'),
      ],
      { items: 13 },
    ),
  },
  {
    name: 'the URL of an object is signed when its request leaves, also after an outage',
    schedule: quiet(
      'import-url, of a bucket whose URLs are valid for a minute',
      [fault(4, 'refused', 20)],
      { items: 1, concurrency: 1 },
    ),
  },
  {
    name: 'the URL of a backup is signed when its request leaves, also after an outage',
    schedule: quiet('restore, by URLs that are valid for a minute', [fault(3, 'refused', 20)], {
      items: 1,
      concurrency: 1,
    }),
  },
  {
    name: 'a delete waits for the answer of the bucket: a proxy is not taken for it',
    schedule: quiet('delete, after a backup', [fault(4, 'html'), fault(6, 'empty')], {
      items: 1,
      concurrency: 1,
    }),
  },
  {
    name: 'a file whose backup somebody has changed is not deleted',
    schedule: quiet(
      'delete, after a backup',
      [{ kind: 'elsewhere', request: 5, what: 'harm', item: 0 }],
      { items: 1, concurrency: 1 },
    ),
    ends: { failed: 1, done: 0 },
  },
  {
    name: 'an answer of the CDN that was cut is not taken for a file of another size',
    schedule: quiet('copy-to-bucket', [fault(4, 'truncated', 3), fault(12, 'redirect')]),
  },
  {
    name: 'an answer that was cut is not taken for an object that has changed',
    schedule: quiet('upload, of a bucket', [fault(4, 'truncated', 2), fault(9, 'empty', 2)]),
  },
  {
    name: 'a second process is refused',
    schedule: quiet('copy-to-remote', [{ kind: 'second-runner', request: 5 }]),
  },
  {
    name: 'items that are missing from a batch answer are sent again',
    schedule: quiet('store', [fault(4, 'missing-in-batch'), fault(5, 'foreign-in-batch')]),
  },
];
