import type { ItemReport } from '../../src/state/run-status.ts';
import type { ChaosJob } from './chaos-jobs.ts';
import type { ChaosStage } from './chaos-stage.ts';
import { readEffects, repeatedUploads } from './emulator-facts.ts';

/** Number of examples of a violation that are printed. */
const EXAMPLES = 5;

/** The result of comparing the items of a round with the emulator's audit log. */
export interface Verdict {
  readonly items: number;
  /** Number of changes by the effect of the job. */
  readonly effects: number;
  /** Number of requests that found their effect already there, and changed nothing. */
  readonly repeats: number;
  readonly doneTwice: number;
  /** Number of items without the effect that their state claims, without an outcome, or not listed. */
  readonly lost: number;
  readonly inDoubt: number;
  readonly violations: readonly string[];
}

/** An item as the run reports it. */
export type JudgedItem = Pick<ItemReport, 'key' | 'state' | 'reason' | 'message' | 'result'>;

/** The items of a run, and what the emulator has really done. */
export interface Evidence {
  readonly effect: ChaosJob['effect'];
  readonly expected: readonly string[];
  readonly items: readonly JudgedItem[];
  /** Number of changes by the effect, by UUID. */
  readonly changes: ReadonlyMap<string, number>;
  readonly repeats: number;
  /** Uploads of the same bytes with the same name. */
  readonly repeatedUploads: readonly { readonly input: string; readonly times: number }[];
}

/** Reads the evidence of a round, and judges it. */
export async function judgeRound(stage: ChaosStage, { effect }: ChaosJob): Promise<Verdict> {
  const { origin } = stage.emulator;
  const end = await stage.finish(['items', 'latest', '--json']);
  if (end.code !== 0) throw new Error(`The items can't be read: ${end.stderr}`);
  const lines = end.stdout.split('\n').filter((line) => line !== '');
  return judge({
    effect,
    expected: stage.expected,
    items: lines.map((line) => JSON.parse(line) as JudgedItem),
    ...(await readEffects(origin, effect)),
    repeatedUploads: await repeatedUploads(origin),
  });
}

/** Compares the items of a run with the effects that the emulator has logged. */
export function judge(evidence: Evidence): Verdict {
  const { effect, changes, repeats } = evidence;
  const expected = new Set(evidence.expected);
  const items = new Map(evidence.items.map((item) => [item.key, item]));
  const effectsOf = (item: JudgedItem) => changes.get(subjectOf(item, effect)) ?? 0;
  const twice = [...changes]
    .filter(([, times]) => times > 1)
    .map(([uuid, times]) => `${uuid}: ${times} times`);
  for (const { input, times } of evidence.repeatedUploads) twice.push(`${input}: ${times} times`);
  const lost = [...expected].flatMap((key) => {
    const why = whyLost(items.get(key), effectsOf);
    return why === null ? [] : [`${key}: ${why}`];
  });
  const strangers = [...items.keys()].filter((key) => !expected.has(key));
  return {
    items: expected.size,
    effects: [...changes.values()].reduce((sum, times) => sum + times, 0),
    repeats,
    doneTwice: twice.length,
    lost: lost.length,
    inDoubt: evidence.items.filter(({ state }) => state === 'in-doubt').length,
    violations: [
      ...described('done twice', twice),
      ...described('lost', lost),
      ...described('items that the source did not have', strangers),
    ],
  };
}

/** The reason why an item counts as lost, or null. */
function whyLost(
  item: JudgedItem | undefined,
  effectsOf: (item: JudgedItem) => number,
): string | null {
  if (item === undefined) return 'the run does not have it';
  const { state, reason, message } = item;
  if (state === 'in-doubt') return reason === null ? 'in doubt without a reason' : null;
  if (state !== 'done') return `${state}: ${reason} ${message}`;
  return effectsOf(item) === 0 ? 'done, but nothing happened' : null;
}

/** The file of an item in the audit log. */
function subjectOf({ key, result }: JudgedItem, effect: ChaosJob['effect']): string {
  return effect === 'upload' ? String(result?.['file']) : key;
}

function described(what: string, cases: readonly string[]): string[] {
  if (cases.length === 0) return [];
  return [`${what}: ${cases.length}`, ...cases.slice(0, EXAMPLES).map((one) => `  ${one}`)];
}
