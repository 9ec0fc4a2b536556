import { isFinal } from '../../src/core/item.ts';
import type { Effect, EmulatedFile, Emulator } from '../../src/emulator/emulator.ts';
import type { RunEvent } from '../../src/engine/run-events.ts';
import { readItems } from '../../src/run/read-runs.ts';
import type { RunEnd } from '../../src/run/run-request.ts';
import type { ItemReport } from '../../src/run/run-status.ts';
import type { Arrival } from '../support/simulated-network.ts';
import type { Scenario } from './scenarios.ts';

/** A request may have had its slot just before the answer that closed the gate came. */
const BRAKE_SLACK_MS = 100;

/** Looks at a simulation as it goes, from the service's side. */
export class Watch {
  readonly emulator: Emulator;
  readonly scenario: Scenario;
  /** The files that the job is about, as they were at the start. */
  readonly selected: ReadonlySet<string>;
  readonly violations: string[] = [];
  readonly #arrivals = new Map<string, number>();
  #closed: { from: number; until: number }[] = [];
  #settled = 0;

  constructor(emulator: Emulator, scenario: Scenario) {
    this.emulator = emulator;
    this.scenario = scenario;
    this.selected = new Set(
      allFiles(emulator)
        .filter(scenario.selects)
        .map(({ uuid }) => uuid),
    );
  }

  /** A mutation arrived at the service. */
  mutation({ uuids }: Arrival): void {
    for (const uuid of uuids) this.#arrivals.set(uuid, (this.#arrivals.get(uuid) ?? 0) + 1);
  }

  /** A request was written to the wire. */
  written(at: number): void {
    const late = this.#closed.find(({ from, until }) => at > from + BRAKE_SLACK_MS && at < until);
    if (late !== undefined) {
      this.violations.push(`a request left at ${at} in a pause from ${late.from} to ${late.until}`);
    }
    this.#closed = this.#closed.filter(({ until }) => until > at);
  }

  /** The service asked for a pause. */
  throttled(from: number, until: number): void {
    this.#closed.push({ from, until });
  }

  /** A new process knows nothing of the pauses that its predecessor was told. */
  newLife(): void {
    this.#closed = [];
  }

  /** Something happened in the run. */
  event(event: RunEvent): void {
    if (event.kind === 'run-started') this.#settled = 0;
    if (event.kind !== 'items-settled') return;
    const settled = event.counts.done + event.counts.skipped + event.counts.failed;
    if (settled < this.#settled) this.violations.push('settled items became fewer');
    this.#settled = settled;
  }
}

/** Everything that must hold once a run is over, in words where it does not. */
export function checkEnd(watch: Watch, end: RunEnd, stateDirectory: string): string[] {
  const items = [...readItems(stateDirectory, end.run)];
  const keys = new Set(items.map(({ key }) => key));
  const violations = [...watch.violations];
  const claim = (holds: boolean, words: string): void => {
    if (!holds) violations.push(words);
  };
  claim(keys.size === items.length, 'an item is in the ledger twice');
  claim(
    isSameSet(keys, watch.selected),
    `selected ${keys.size} items, expected ${watch.selected.size}`,
  );
  claim(end.counts.total === items.length, 'the counters differ from the items');
  for (const { key, state } of items) {
    claim(isFinal(state) || state === 'in-doubt', `item ${key} ended as ${state}`);
  }
  if (watch.scenario.isUndetectable === true) checkHonesty(watch, items, claim);
  else checkExactlyOnce(watch, items, claim);
  checkOthers(watch, claim);
  return violations;
}

/** Every item done, every effect once. */
function checkExactlyOnce(
  watch: Watch,
  items: readonly ItemReport[],
  claim: (holds: boolean, words: string) => void,
): void {
  for (const { key, state, reason } of items) {
    claim(state === 'done', `item ${key} ended as ${state}: ${reason}`);
  }
  const summary = watch.emulator.audit.summary();
  for (const effect of watch.scenario.effects) {
    const sums = summary[effect];
    claim((sums?.changed ?? 0) === watch.selected.size, `${effect}: ${sums?.changed} effects`);
    claim((sums?.filesChangedMoreThanOnce ?? 0) === 0, `${effect} happened twice to a file`);
  }
}

/** What can't be found out is never sent twice, and never called anything but in doubt. */
function checkHonesty(
  watch: Watch,
  items: readonly ItemReport[],
  claim: (holds: boolean, words: string) => void,
): void {
  const effects = new Map<string, number>();
  for (const { uuid, operation } of watch.emulator.audit.entries()) {
    if (operation === 'remote_copy') effects.set(uuid, (effects.get(uuid) ?? 0) + 1);
  }
  for (const { key, state } of items) {
    const count = effects.get(key) ?? 0;
    claim(count <= 1, `item ${key} was sent ${count} times`);
    if (state === 'done') claim(count === 1, `item ${key} is done without its effect`);
    if (state === 'failed') claim(count === 0, `item ${key} failed and has its effect`);
  }
}

/** Nothing outside the selection was touched. */
function checkOthers(watch: Watch, claim: (holds: boolean, words: string) => void): void {
  const wanted: ReadonlySet<Effect> = new Set(watch.scenario.effects);
  for (const { uuid, operation, changed } of watch.emulator.audit.entries()) {
    if (!changed) continue;
    claim(watch.selected.has(uuid), `${operation} of ${uuid}, which was not selected`);
    claim(wanted.has(operation), `${operation} is no effect of this job`);
  }
}

function allFiles(emulator: Emulator): EmulatedFile[] {
  const project = emulator.projects[0]!;
  const files: EmulatedFile[] = [];
  const { stored, unstored, removed } = project.counts();
  const total = stored + unstored + removed;
  for (let index = 0; index < total; index += 1) files.push(project.seededFile(index));
  return files;
}

function isSameSet(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.size === other.size && [...one].every((key) => other.has(key));
}
