import type { RunSample } from '../../src/core/run-sample.ts';
import { stateCounts } from '../../src/core/state-counts.ts';
import type { ItemEntry, PageStart, RunPage } from '../../src/page-data/shapes.ts';
import { itemReport } from './item-report.ts';
import { interruptedRun, NOTHING_LEFT_OUT } from './run-status.ts';

/** Names that try to break a page: markup, an end of its script, control and direction characters, half surrogates. */
export const HOSTILE_NAMES = [
  '</script><script>window.broken = 1</script>',
  '<img src=x onerror="window.broken = 1">',
  'invoice\u202Efdp.exe',
  'two\nlines\u001B[31m.png',
  'zero\u200Bwidth\u2066\u{1F600}.jpg',
  'half \uD800 surrogate.png',
  '=HYPERLINK("https://example.com")',
  'שלום עולם.png',
  `${'long-'.repeat(50)}.png`,
];

/** A picture of one pixel. */
const PIXEL =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
const START = Date.UTC(2026, 10, 22, 13, 40);
const CDN = 'https://ucarecdn.com';

const WORKER = {
  pid: 4711,
  toolVersion: '1.0.0',
  concurrency: 8,
  seenAt: START + 897_000,
};

function samples(): RunSample[] {
  return Array.from({ length: 60 }, (_, place) => ({
    at: START + 5000 * place,
    rate: 20 + (place % 7),
    requests: 90 * place,
    throttled: Math.floor(place / 9),
    closedMs: 0,
    done: 8 * place,
    skipped: place > 20 ? 3 : 0,
    failed: Math.floor(place / 10),
    inDoubt: place > 40 ? 2 : 0,
    waiting: place % 5,
  }));
}

function items(): ItemEntry[] {
  const entry = (fields: Partial<ItemEntry> & { key: string }): ItemEntry => {
    return { ...itemReport(fields), name: null, before: null, after: null, ...fields };
  };
  const named = HOSTILE_NAMES.map((name, place) =>
    entry({
      key: place === 0 ? name : `00000000-0000-4000-8000-00000000000${place}`,
      name,
      step: 'keep',
      before: place === 2 ? null : `${CDN}/before-${place}/-/preview/640x640/`,
      after: `${CDN}/after-${place}/-/preview/640x640/`,
      earlierSteps: { cut: { state: 'done', result: { file: name } } },
    }),
  );
  return [
    ...named,
    entry({
      key: 'doubt-1',
      state: 'in-doubt',
      step: 'cut',
      reason: 'ECONNRESET',
      message: HOSTILE_NAMES[0] ?? '',
    }),
    entry({
      key: 'failed-1',
      state: 'failed',
      step: 'keep',
      reason: 'http_400',
      message: 'refused',
      requestId: 'q-1',
    }),
    entry({ key: 'skipped-1', state: 'skipped', step: 'cut', reason: 'file missing' }),
    entry({ key: 'pending-1', state: 'pending', step: 'cut' }),
  ];
}

/** A run with everything that its page can show. */
function richRun(): RunPage {
  const counts = stateCounts({ done: 9, failed: 1, skipped: 1, 'in-doubt': 1, pending: 1 });
  const status = interruptedRun(counts, {
    jobName: HOSTILE_NAMES[1] ?? '',
    stopReason: 'The budget of 9 remove_bg (limits.paid) is spent. Run `ucbulk resume --job FILE`.',
    steps: [
      {
        id: 'cut',
        uses: 'addon/remove_bg',
        passed: 10,
        counts: stateCounts({ 'in-doubt': 1, skipped: 1, pending: 1 }),
      },
      { id: 'keep', uses: 'store', passed: 9, counts: stateCounts({ done: 9, failed: 1 }) },
    ],
    paid: [{ name: 'remove_bg', spent: 9, limit: 9 }],
    cost: {
      currency: 'EUR',
      atMost: '1.08',
      certain: '0.96',
      planned: '1.20',
      limit: '5.00',
      kept: null,
      parts: [],
      unpriced: ['uc_clamav_virus_scan'],
    },
    labels: { team: HOSTILE_NAMES[0] ?? '' },
    sample: samples().at(-1) ?? null,
    leftOut: { ...NOTHING_LEFT_OUT, repeated: 3 },
    lostAnswers: { count: 2, due: START + 600_000 },
  });
  const group = { continued: false, message: HOSTILE_NAMES[0] ?? '', count: 1 };
  return {
    now: START + 900_000,
    status,
    samples: samples(),
    causes: [
      {
        ...group,
        state: 'failed',
        step: 'keep',
        reason: 'http_400',
        example: { key: 'failed-1', requestId: 'q-1' },
      },
      {
        ...group,
        state: 'in-doubt',
        step: 'cut',
        reason: 'ECONNRESET',
        example: { key: 'doubt-1', requestId: null },
      },
      {
        ...group,
        state: 'skipped',
        step: 'cut',
        reason: HOSTILE_NAMES[3] ?? '',
        example: { key: HOSTILE_NAMES[0] ?? '', requestId: null },
      },
    ],
    events: Array.from({ length: 12 }, (_, place) => ({
      at: START + 1000 * place,
      kind: 'waiting',
      text: HOSTILE_NAMES[place % HOSTILE_NAMES.length] ?? '',
    })),
    workers: [
      { ...WORKER, id: 'w-1', host: HOSTILE_NAMES[1] ?? '', inFlight: 3 },
      { ...WORKER, id: 'w-2', host: HOSTILE_NAMES.at(-1) ?? '', inFlight: 0 },
    ],
    hasPictures: true,
  };
}

/** The data of a report that has everything; every second picture could not be fetched. */
export function richStart(): PageStart {
  const all = items();
  const pictures = Object.fromEntries(
    all.flatMap(({ before, after }) => [
      ...(before === null ? [] : [[before, null] as const]),
      ...(after === null ? [] : [[after, PIXEL] as const]),
    ]),
  );
  const report = { run: richRun(), items: all, pictures, version: '1.0.0', writtenAt: START };
  return { mode: 'file', canControl: false, report, gallery: null };
}
