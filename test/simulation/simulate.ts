import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { loadBucketCode } from '../../src/run/open-buckets.ts';
import type { RunEnd } from '../../src/run/run-request.ts';
import { readItems } from '../../src/state/read-runs.ts';
import { watchLedgerWrites } from '../support/ledger-writes.ts';
import { TEMP_ROOT } from '../support/temp-root.ts';
import {
  changedByOperation,
  END_INVARIANTS,
  type Finale,
  type Reference,
} from './end-invariants.ts';
import { Lives } from './lives.ts';
import type { Scenario } from './scenarios.ts';
import type { Schedule } from './schedule.ts';

/** The result of a schedule. */
export interface SimulationResult {
  readonly scenario: string;
  readonly violations: readonly string[];
  /** Number of faults and deaths that happened, by kind. */
  readonly mishaps: Readonly<Record<string, number>>;
  /** Moves of items between states. */
  readonly states: readonly string[];
  readonly lives: number;
  readonly requests: number;
  readonly items: number;
  readonly inDoubt: number;
  /** Number of items in each final state. */
  readonly ends: Readonly<Record<string, number>>;
}

/** Options of a simulation. */
export interface SimulateOptions {
  /** Replaces the scenario that the schedule names. */
  readonly scenario?: Scenario;
  /** Receives a line for every event. */
  readonly trace?: (line: string) => void;
}

/** Runs a schedule to its end and checks all invariants. Never throws: an error is a violation. */
export async function simulate(
  schedule: Schedule,
  options: SimulateOptions = {},
): Promise<SimulationResult> {
  const { mishaps, service, fleet } = schedule;
  const isQuiet = mishaps.length === 0 && service === 'well' && fleet === undefined;
  const reference = isQuiet || options.scenario !== undefined ? null : await referenceFor(schedule);
  return (await play(schedule, reference, options)).result;
}

async function play(
  schedule: Schedule,
  reference: Reference | null,
  options: SimulateOptions,
): Promise<{ result: SimulationResult; reference: Reference | null }> {
  // Simulated time does not wait for the disk.
  await loadBucketCode();
  const directory = mkdtempSync(join(TEMP_ROOT, 'ucbulk-sim-'));
  mkdirSync(join(directory, 'state'));
  const lives = new Lives(schedule, directory, options);
  let finale: Finale | null = null;
  try {
    const end = await lives.play();
    finale = finaleOf(lives, end, reference);
    for (const invariant of END_INVARIANTS) {
      for (const words of invariant(finale)) lives.witness.accuse(invariant.name, words);
    }
  } catch (error) {
    const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
    lives.witness.accuse('everyRunEnds', words);
  } finally {
    lives.witness.endLife();
    watchLedgerWrites(null);
    rmSync(directory, { recursive: true, force: true });
  }
  return { result: resultOf(lives, finale), reference: finale === null ? null : seenIn(finale) };
}

function finaleOf(lives: Lives, end: RunEnd, reference: Reference | null): Finale {
  const { schedule, witness, stateDirectory } = lives;
  const { seen } = witness;
  return {
    schedule,
    seen,
    end,
    items: [...readItems(stateDirectory, end.run)],
    effects: [...seen.emulator.audit.entries(lives.firstEffect)].filter(
      ({ request }) => !lives.trouble.otherRequests.has(request),
    ),
    touched: lives.trouble.touched,
    protectedAt: lives.trouble.protectedAt,
    requests: lives.requests,
    stateDirectory,
    log: lives.log,
    reference,
  };
}

function resultOf(lives: Lives, finale: Finale | null): SimulationResult {
  return {
    scenario: lives.scenario.name,
    violations: [...lives.witness.violations],
    mishaps: Object.fromEntries(lives.trouble.met),
    states: [...lives.witness.states],
    lives: lives.count,
    requests: lives.requests,
    items: finale?.items.length ?? 0,
    inDoubt: finale?.end.counts['in-doubt'] ?? 0,
    ends: { ...finale?.end.counts },
  };
}

const references = new Map<string, Reference>();

/** The same run without mishaps. References are kept, because worlds and sizes are few. */
async function referenceFor(schedule: Schedule): Promise<Reference | null> {
  const { scenario, world, items } = schedule;
  const name = `${scenario}/${world}/${items}`;
  const known = references.get(name);
  if (known !== undefined) return known;
  const { fleet: _none, ...alone } = schedule;
  const quiet = { ...alone, seed: world, service: 'well', throttle: null, mishaps: [] } as const;
  const { result, reference } = await play({ ...quiet, concurrency: 4, resolve: null }, null, {});
  if (reference === null) throw new Error(`A quiet run does not end: ${result.violations[0]}`);
  references.set(name, reference);
  return reference;
}

function seenIn({ items, effects, requests }: Finale): Reference {
  return {
    states: new Map(items.map(({ key, state }) => [key, state])),
    changed: changedByOperation(effects),
    requests,
  };
}
