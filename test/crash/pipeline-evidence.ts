import type { StateCounts } from '../../src/core/state-counts.ts';
import { PIPELINE_CONCURRENCY } from './pipeline-stage.ts';

/** Files that one operation changed, by the emulator's audit log. */
export interface ChangedFiles {
  readonly files: number;
  readonly twice: number;
  readonly uuids: ReadonlySet<string>;
}

/** Everything that the promises about a killed pipeline are checked against. */
export interface PipelineEvidence {
  readonly items: number;
  readonly kills: number;
  /** How many items each kill put in doubt. */
  readonly doubtsByKill: readonly number[];
  readonly adopted: number;
  readonly redone: number;
  /** The ledger's last word; null where there is no run. */
  readonly counts: StateCounts | null;
  /** UUIDs of the files that the add-on made. */
  readonly made: readonly string[];
  readonly effects: Readonly<Record<'removeBg' | 'store' | 'tags' | 'copy', ChangedFiles>>;
  /** UUIDs of the objects in the bucket, one each. */
  readonly objects: readonly string[];
  readonly requests: number;
  /** Requests that were answered 429. */
  readonly throttled: number;
  /** Most memory that any process of the run ever had, bytes; 0 where the system does not tell. */
  readonly peakBytes: number;
  readonly seconds: number;
}

const MAX_PEAK_BYTES = 200 * 1024 * 1024;

/** The promises that did not hold, in words. */
export function pipelineViolations(evidence: PipelineEvidence): string[] {
  const { items, effects, made, objects, counts, peakBytes } = evidence;
  const { removeBg, store, tags, copy } = effects;
  const checks: [boolean, string][] = [
    [removeBg.twice === 0, `${removeBg.twice} pictures went through the add-on twice`],
    [removeBg.files === items, `${removeBg.files} of ${items} pictures went through the add-on`],
    [counts?.done === items, `the ledger ends with ${JSON.stringify(counts)}`],
    ...[store, tags, copy].map((changed, place): [boolean, string] => {
      const what = ['stored', 'tagged', 'copied'][place];
      const isExact = changed.twice === 0 && isSame(changed.uuids, made);
      return [isExact, `${changed.files} results were ${what}, ${changed.twice} of them twice`];
    }),
    [
      new Set(objects).size === objects.length && isSame(new Set(objects), made),
      `the bucket has ${objects.length} objects for ${made.length} results`,
    ],
    [
      evidence.doubtsByKill.every((count) => count <= PIPELINE_CONCURRENCY),
      `a kill put more in doubt than was under way: ${evidence.doubtsByKill.join(', ')}`,
    ],
    [peakBytes < MAX_PEAK_BYTES, `a process had ${peakBytes} bytes`],
  ];
  return checks.filter(([holds]) => !holds).map(([, words]) => words);
}

/** The numbers as a table, a line each. */
export function evidenceLines(evidence: PipelineEvidence): string[] {
  const { effects, doubtsByKill } = evidence;
  const doubts = doubtsByKill.reduce((sum, count) => sum + count, 0);
  const rows: [string, string | number][] = [
    ['pictures', evidence.items],
    ['kill -9', evidence.kills],
    ['through the add-on, twice', `${effects.removeBg.files}, ${effects.removeBg.twice}`],
    ['results stored, twice', `${effects.store.files}, ${effects.store.twice}`],
    ['results tagged, twice', `${effects.tags.files}, ${effects.tags.twice}`],
    ['results copied, twice', `${effects.copy.files}, ${effects.copy.twice}`],
    ['in doubt, most by one kill', `${doubts}, ${Math.max(0, ...doubtsByKill)}`],
    ['resolved: adopted, redone', `${evidence.adopted}, ${evidence.redone}`],
    ['ledger at the end', JSON.stringify(evidence.counts)],
    ['requests, throttled', `${evidence.requests}, ${evidence.throttled}`],
    ['peak memory of a process', `${(evidence.peakBytes / 1024 ** 2).toFixed(0)} MiB`],
    ['time', `${evidence.seconds.toFixed(0)} s`],
  ];
  return rows.map(([name, value]) => `${name.padEnd(28)}${value}`);
}

function isSame(found: ReadonlySet<string>, expected: readonly string[]): boolean {
  return found.size === expected.length && expected.every((uuid) => found.has(uuid));
}
