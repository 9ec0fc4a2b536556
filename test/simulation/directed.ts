import type { CrashPoint } from '../../src/core/world.ts';
import type { NetworkFault } from '../support/wire-faults.ts';
import type { Mishap, Schedule } from './schedule.ts';

/** A schedule that was made by hand, for what chance would need thousands of seeds. */
export interface DirectedSchedule {
  /** What must hold in it: a mistake in the engine that breaks it is found here. */
  readonly name: string;
  readonly schedule: Schedule;
  /** How many items must end how; all done where absent. */
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

/** The n-th request of the run, and `times - 1` after it, go wrong. */
function fault(request: number, kind: NetworkFault, times?: number): Mishap {
  return { kind: 'fault', request, fault: kind, ...(times !== undefined && { times }) };
}

/** A life dies where it comes to a place for the n-th time. */
function death(life: number, point: CrashPoint, hit: number): Mishap {
  return { kind: 'death', life, point, hit };
}

/** Each life ends so soon that a settle time which began anew with it would never be over. */
const CRASH_LOOP: readonly Mishap[] = Array.from({ length: 80 }, (_, place) => ({
  kind: 'sudden-death',
  life: place + 2,
  afterMs: 15_000,
}));

/**
 * The first request of a run asks for the project; a list comes next, where there is one. A remove_bg looks
 * at each of its pictures before it begins with the first.
 */
export const DIRECTED: readonly DirectedSchedule[] = [
  {
    name: 'what is unknown never selects: a listing that leaves out tags',
    schedule: quiet('delete, of a listing that leaves out tags', [death(1, 'page-committed', 1)]),
  },
  {
    name: 'what is unknown never selects: files of unknown kind',
    schedule: quiet('delete, of files of unknown kind', []),
  },
  {
    name: 'what is unknown never selects: a condition of a step',
    schedule: quiet('delete, by a condition on tags that the listing leaves out', []),
    ends: { done: ITEMS + 4 },
  },
  {
    name: 'what is protected in time is never deleted: a condition of a step',
    schedule: quiet('delete, by a condition on tags, after a slow first step', [
      { kind: 'elsewhere', request: 5, what: 'protect', item: 0 },
      { kind: 'elsewhere', request: 5, what: 'protect', item: ITEMS - 1 },
    ]),
  },
  {
    name: 'no send without its intent: after a death before the answer, what nothing can tell of is in doubt',
    schedule: quiet('toy: undetectable', [death(1, 'response-received', 1)], { concurrency: 1 }),
    ends: { done: 7, 'in-doubt': 1 },
  },
  {
    name: 'nobody to ask is no no: a resume asks again, and pays for what the yes counted',
    schedule: quiet('addon/remove_bg', [{ kind: 'unanswered', life: 1 }]),
  },
  {
    name: 'a delete that nobody was there to confirm is asked for again, also after a death',
    schedule: quiet('delete', [{ kind: 'unanswered', life: 1 }, death(2, 'claimed', 1)]),
  },
  {
    name: 'a late effect is waited for: no tagged request is repeated before its settle time',
    schedule: quiet('copy-local', [fault(4, 'late-effect'), fault(6, 'late-effect')]),
  },
  {
    name: 'an answer that is of another picture: no later delete acts on it',
    schedule: quiet('cut out, then delete the cutout', [fault(11, 'answer-of-another', 2)], {
      concurrency: 1,
    }),
    ends: { done: 6, 'in-doubt': 2 },
  },
  {
    name: 'an answer that is of another copy: no later delete acts on it',
    schedule: quiet('copy-local, then delete the copy', [fault(3, 'answer-of-another', 12)], {
      concurrency: 1,
    }),
    ends: { done: 1, 'in-doubt': 7 },
  },
  {
    name: 'an answer that is of another group is looked up: the groups are those that were intended',
    schedule: quiet('create-group', [fault(3, 'answer-of-another', 1)], { concurrency: 1 }),
  },
  {
    name: 'a crash loop does not begin settle times anew',
    schedule: quiet('copy-local', [death(1, 'after-write', 2), ...CRASH_LOOP]),
  },
  {
    name: 'a request that waited for its slot anew has an intent of that moment',
    schedule: quiet('copy-local', [fault(4, 'throttled-missing', 3), fault(7, 'late-effect')], {
      concurrency: 1,
    }),
  },
  {
    name: 'the selection is whole before anything that changes the listing is done',
    schedule: quiet('delete', [], { items: 13 }),
  },
  {
    name: 'a remove_bg whose answer was lost is never repeated',
    schedule: quiet(
      'addon/remove_bg',
      [
        fault(11, 'reset-after-effect'),
        fault(13, 'error-after-effect'),
        fault(14, 'reset-before-effect'),
      ],
      { concurrency: 1 },
    ),
    ends: { done: 5, 'in-doubt': 3 },
  },
  {
    name: 'a remove_bg whose answer was cut is followed by the id in its headers',
    schedule: quiet('addon/remove_bg', [
      fault(11, 'truncated'),
      fault(13, 'cut-body'),
      fault(15, 'slow-loris'),
    ]),
  },
  {
    name: 'refused keys stop the run within a handful of requests, and burn no item',
    schedule: quiet('metadata', [{ kind: 'revoked', request: 4 }], { items: 13, concurrency: 4 }),
  },
  {
    name: 'a pause is kept by everybody, whatever form it has',
    schedule: quiet(
      'tags',
      [fault(3, 'throttled-date'), fault(7, 'throttled-absurd'), fault(11, 'throttled-garbage', 2)],
      { items: 13, concurrency: 8 },
    ),
  },
  {
    name: 'a token is durable before it is asked about',
    schedule: quiet('addon/remove_bg', [death(1, 'token-saved', 1), death(2, 'poll-answered', 1)], {
      items: 1,
    }),
  },
  {
    name: 'a page and its items are durable together',
    schedule: quiet(
      'delete',
      [death(1, 'page-read', 2), death(2, 'page-committed', 1), death(3, 'group-commit', 1)],
      { items: 13 },
    ),
  },
  {
    name: 'a disk that is full when the books are closed: the run is not called finished',
    schedule: quiet('store', [{ kind: 'disk-full', write: 11 }], { items: 1, concurrency: 1 }),
  },
  {
    name: 'a disk that is full when the ledger is made: there is no run to go on with, and another is begun',
    schedule: quiet('store', [{ kind: 'disk-full', write: 1 }, death(2, 'migration-step', 1)]),
  },
  {
    name: "a 200 that is not the service's own does not say that a copy was there before",
    schedule: quiet('copy, then delete', [fault(4, 'wrong-shape'), fault(6, 'wrong-type')]),
  },
  {
    name: 'a wall clock that is set back lets no settle time end early',
    schedule: quiet('copy-local', [
      { kind: 'clock-jump', request: 4, byMs: -60_000 },
      fault(4, 'late-effect', 2),
    ]),
  },
  {
    name: 'a wrong date among right ones moves no clock: no intent of another time, no refused signature',
    schedule: quiet('copy-local', [
      { kind: 'fault', request: 5, fault: 'late-effect' },
      { kind: 'fault', request: 6, fault: 'date-late' },
    ]),
  },
  {
    name: 'a wall clock that is set forward ends no wait: for a file that is not ready, for a late effect, for a job',
    schedule: quiet('copy-local', [{ kind: 'clock-jump', request: 14, byMs: 1_200_000 }], {
      items: 7,
      concurrency: 6,
    }),
  },
  {
    name: 'no intent is written while our clock is not sure: a lost group is found after it was set forward',
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
    name: 'a job that the service never ends is given up after a day, in doubt',
    schedule: quiet('convert/document', [], { service: 'endless', items: 4 }),
    ends: { done: 2, 'in-doubt': 2 },
  },
  {
    name: 'a process that dies while it comes to its end is gone on with',
    schedule: quiet('metadata', [
      { kind: 'stop', request: 4, how: 'drain' },
      { kind: 'death', life: 1, point: 'draining', hit: 1 },
      { kind: 'stop', request: 8, how: 'drain' },
      { kind: 'death', life: 2, point: 'drained', hit: 1 },
    ]),
  },
  {
    name: 'parts that arrived are not sent again, and the file is put together once',
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
    name: 'a second process is turned away',
    schedule: quiet('copy-to-remote', [{ kind: 'second-runner', request: 5 }]),
  },
  {
    name: 'a chunk of which the answer leaves items out is asked for those again',
    schedule: quiet('store', [fault(4, 'missing-in-batch'), fault(5, 'foreign-in-batch')]),
  },
];
