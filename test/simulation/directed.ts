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
    name: 'no send without its intent: after a death before the answer, what nothing can tell of is in doubt',
    schedule: quiet(
      'toy: undetectable',
      [{ kind: 'death', life: 1, point: 'response-received', hit: 1 }],
      { concurrency: 1 },
    ),
    ends: { done: 7, 'in-doubt': 1 },
  },
  {
    name: 'a late effect is waited for: no tagged request is repeated before its settle time',
    schedule: quiet('copy-local', [
      { kind: 'fault', request: 4, fault: 'late-effect' },
      { kind: 'fault', request: 6, fault: 'late-effect' },
    ]),
  },
  {
    name: 'a crash loop does not begin settle times anew',
    schedule: quiet('copy-local', [
      { kind: 'death', life: 1, point: 'after-write', hit: 2 },
      ...CRASH_LOOP,
    ]),
  },
  {
    name: 'a request that waited for its slot anew has an intent of that moment',
    schedule: quiet(
      'copy-local',
      [
        { kind: 'fault', request: 4, fault: 'throttled-missing', times: 3 },
        { kind: 'fault', request: 7, fault: 'late-effect' },
      ],
      { concurrency: 1 },
    ),
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
        { kind: 'fault', request: 11, fault: 'reset-after-effect' },
        { kind: 'fault', request: 13, fault: 'error-after-effect' },
        { kind: 'fault', request: 14, fault: 'reset-before-effect' },
      ],
      { concurrency: 1 },
    ),
    ends: { done: 5, 'in-doubt': 3 },
  },
  {
    name: 'a remove_bg whose answer was cut is followed by the id in its headers',
    schedule: quiet('addon/remove_bg', [
      { kind: 'fault', request: 11, fault: 'truncated' },
      { kind: 'fault', request: 13, fault: 'cut-body' },
      { kind: 'fault', request: 15, fault: 'slow-loris' },
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
      [
        { kind: 'fault', request: 3, fault: 'throttled-date' },
        { kind: 'fault', request: 7, fault: 'throttled-absurd' },
        { kind: 'fault', request: 11, fault: 'throttled-garbage', times: 2 },
      ],
      { items: 13, concurrency: 8 },
    ),
  },
  {
    name: 'a token is durable before it is asked about',
    schedule: quiet(
      'addon/remove_bg',
      [
        { kind: 'death', life: 1, point: 'token-saved', hit: 1 },
        { kind: 'death', life: 2, point: 'poll-answered', hit: 1 },
      ],
      { items: 1 },
    ),
  },
  {
    name: 'a page and its items are durable together',
    schedule: quiet(
      'delete',
      [
        { kind: 'death', life: 1, point: 'page-read', hit: 2 },
        { kind: 'death', life: 2, point: 'page-committed', hit: 1 },
        { kind: 'death', life: 3, point: 'group-commit', hit: 1 },
      ],
      { items: 13 },
    ),
  },
  {
    name: 'a disk that is full when the books are closed: the run is not called finished',
    schedule: quiet('store', [{ kind: 'disk-full', write: 11 }], { items: 1, concurrency: 1 }),
  },
  {
    name: 'a disk that is full when the ledger is made: there is no run to go on with, and another is begun',
    schedule: quiet('store', [
      { kind: 'disk-full', write: 1 },
      { kind: 'death', life: 2, point: 'migration-step', hit: 1 },
    ]),
  },
  {
    name: "a 200 that is not the service's own does not say that a copy was there before",
    schedule: quiet('copy, then delete', [
      { kind: 'fault', request: 4, fault: 'wrong-shape' },
      { kind: 'fault', request: 6, fault: 'wrong-type' },
    ]),
  },
  {
    name: 'a wall clock that is set back lets no settle time end early',
    schedule: quiet('copy-local', [
      { kind: 'clock-jump', request: 4, byMs: -60_000 },
      { kind: 'fault', request: 4, fault: 'late-effect', times: 2 },
    ]),
  },
  {
    name: 'a wrong date among right ones moves no clock: no intent of another time, no refused signature',
    schedule: quiet('copy-local', [
      { kind: 'fault', request: 1, fault: 'date-late' },
      { kind: 'fault', request: 5, fault: 'late-effect' },
      { kind: 'fault', request: 6, fault: 'date-late' },
      { kind: 'fault', request: 8, fault: 'date-early' },
    ]),
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
    schedule: quiet('store', [
      { kind: 'fault', request: 4, fault: 'missing-in-batch' },
      { kind: 'fault', request: 5, fault: 'foreign-in-batch' },
    ]),
  },
];
