import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../core/json.ts';
import { createEmulator } from '../emulator/emulator.ts';
import { loadJobFile } from '../job/load-job-file.ts';
import type { GivenCode } from '../job/own-steps.ts';
import { checkOwnDefinition } from '../operations/own-checks.ts';
import { defineOperation, type OwnOperation } from '../operations/own-definition.ts';
import type { LoadedCode } from '../operations/own-facts.ts';
import { createRunContext } from '../run/create-run-context.ts';
import { resumeRun } from '../run/resume-run.ts';
import type { RunEnd } from '../run/run-request.ts';
import { startRun } from '../run/start-run.ts';
import { readItems } from '../state/read-runs.ts';
import { createSystemWorld } from '../world/system-world.ts';
import { Mishap, SCENARIOS, type Scenario } from './mishaps.ts';

/** The clock of a check is faster than a real one by this factor, so that settle times take only a moment. */
const SPEED = 100;

/** An operation to check. */
export interface OperationCheck<Options = JsonObject> {
  readonly operation: OwnOperation<Options>;
  /** The options of the step, as in `with`. */
  readonly options?: JsonObject;
  /**
   * Returns how often the work was really done for each item, by item key, since the last call of `begin`. Count it where
   * the effect is, such as in a fake of your service.
   */
  effects(): ReadonlyMap<string, number> | Promise<ReadonlyMap<string, number>>;
  /**
   * Called before each scenario with the origin and the files of its emulator. Forget all effects here. May be absent if
   * the effects are in the emulator.
   */
  begin?(place: CheckPlace): void | Promise<void>;
  /** Number of items in each scenario; 5 if absent. */
  readonly items?: number;
}

/** The emulator of a scenario. */
export interface CheckPlace {
  /** The origin of the emulated REST API, such as `http://127.0.0.1:4711`. */
  readonly origin: string;
  /** The item keys: the UUIDs of the files. */
  readonly keys: readonly string[];
}

/** A promise that an operation breaks. */
export interface BrokenPromise {
  /** The scenario in which it was broken. */
  readonly scenario: string;
  /** The promise: `once` (no second effect), `done` (done means that the effect is there), `contract` or `end`. */
  readonly promise: 'once' | 'done' | 'contract' | 'end';
  readonly message: string;
}

/**
 * Runs an own operation against the emulator: undisturbed, with answers that are lost before and after their effect, and
 * with a process that stops in the middle of its calls. Returns the promises that the operation breaks; an empty array if
 * it keeps all of them.
 */
export async function checkOperation<Options>(
  check: OperationCheck<Options>,
): Promise<BrokenPromise[]> {
  const operation = defineOperation(check.operation) as OwnOperation<unknown>;
  const definition = checkOwnDefinition(operation, 'operation');
  if ('fault' in definition) {
    return [
      { scenario: 'loading', promise: 'contract', message: `The operation ${definition.fault}` },
    ];
  }
  const broken: BrokenPromise[] = [];
  for (const scenario of SCENARIOS) {
    broken.push(...(await playScenario(scenario, operation, check as OperationCheck<unknown>)));
  }
  return broken;
}

/** Like `checkOperation`, but throws an error that lists the broken promises. For tests. */
export async function assertOperation<Options>(check: OperationCheck<Options>): Promise<void> {
  const broken = await checkOperation(check);
  if (broken.length === 0) return;
  const lines = broken.map(
    ({ scenario, promise, message }) => `  ${scenario}: ${promise}: ${message}`,
  );
  throw new Error(`The operation breaks ${broken.length} promises:\n${lines.join('\n')}`);
}

async function playScenario(
  scenario: Scenario,
  operation: OwnOperation<unknown>,
  check: OperationCheck<unknown>,
): Promise<BrokenPromise[]> {
  const directory = mkdtempSync(join(tmpdir(), 'ucbulk-check-'));
  const emulator = createEmulator({
    speed: SPEED,
    files: check.items ?? 5,
    unstoredLifetimeMs: null,
  });
  const server = await emulator.listen();
  const system = createSystemWorld();
  try {
    const [project] = emulator.projects;
    if (project === undefined) throw new Error('The emulator has no project');
    const keys = Array.from(
      { length: check.items ?? 5 },
      (_, index) => project.seededFile(index).uuid,
    );
    await check.begin?.({ origin: server.origin, keys });
    const mishap = new Mishap(scenario, operation);
    const code = givenCode(mishap.operation);
    const step = { uses: './operation.mjs', with: check.options ?? {} };
    const text = JSON.stringify({
      version: 1,
      name: 'check',
      source: { inline: keys },
      steps: [step],
    });
    const job = loadJobFile(text, { file: 'check.json', env: {}, vars: {}, code });
    const now = () => emulator.clock.now();
    const sleep = (ms: number, signal?: AbortSignal) => system.clock.sleep(ms / SPEED, signal);
    const context = () =>
      createRunContext({
        world: { ...system, clock: { ...system.clock, now, monotonic: now, sleep } },
        connection: {
          publicKey: project.publicKey,
          secretKey: project.secretKey,
          restOrigin: server.origin,
          uploadOrigin: server.origin,
          auth: 'signed',
        },
        stateDirectory: directory,
        concurrency: 2,
        confirm: async () => true,
        loadCode: async () => code,
        abort: mishap.beginLife(),
      });
    let end = await startRun(job, context());
    while (end.state !== 'finished' && mishap.hasStopped())
      end = await resumeRun(end.run, context());
    const states = [...readItems(directory, end.run)].map(
      ({ key, state }) => [key, state] as const,
    );
    return judge({ scenario, end, states, effects: await check.effects() }, operation);
  } finally {
    await server.close();
    await system.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

interface Played {
  readonly scenario: Scenario;
  readonly end: RunEnd;
  readonly states: readonly (readonly [key: string, state: string])[];
  readonly effects: ReadonlyMap<string, number>;
}

function judge(
  { scenario, end, states, effects }: Played,
  { lostAnswer }: OwnOperation<unknown>,
): BrokenPromise[] {
  const broken = (promise: BrokenPromise['promise'], message: string): BrokenPromise => {
    return { scenario: scenario.name, promise, message };
  };
  if (end.stop?.kind === 'fatal' && end.stop.failure.code === 'own_code_contract') {
    return [broken('contract', end.stop.failure.message)];
  }
  const twice = states.filter(([key]) => (effects.get(key) ?? 0) > 1);
  const idle = states.filter(([key, state]) => state === 'done' && (effects.get(key) ?? 0) === 0);
  const open = states.filter(
    ([, state]) => !['done', 'skipped', 'failed', 'in-doubt'].includes(state),
  );
  const doubtful = states.filter(([, state]) => state === 'in-doubt');
  const mayDoubt = lostAnswer === 'in-doubt' && scenario.losesAnswers;
  return [
    ...twice
      .slice(0, 1)
      .map(([key]) =>
        broken(
          'once',
          `${twice.length} items, such as ${key}, had their effect ${effects.get(key)} times${explainTwice(lostAnswer)}`,
        ),
      ),
    ...idle
      .slice(0, 1)
      .map(([key]) =>
        broken('done', `${idle.length} items, such as ${key}, are done without an effect`),
      ),
    ...open
      .slice(0, 1)
      .map(([key, state]) =>
        broken('end', `${open.length} items, such as ${key}, stayed ${state}`),
      ),
    ...(mayDoubt ? [] : doubtful.slice(0, 1)).map(([key]) =>
      broken(
        'end',
        `${doubtful.length} items, such as ${key}, are in doubt: a call threw, hung, or its probe was undecided`,
      ),
    ),
  ];
}

function explainTwice(lostAnswer: OwnOperation['lostAnswer']): string {
  if (lostAnswer === 'repeat') return "; `lostAnswer: 'repeat'` needs calls that may be repeated";
  if (lostAnswer === 'probe') return '; the probe did not find the effect of the first call';
  return '';
}

function givenCode(operation: OwnOperation<unknown>): GivenCode {
  const uses = './operation.mjs';
  const sha256 = createHash('sha256').update(uses).digest('hex');
  const definition = { kind: 'operation', operation } as const;
  const loaded: LoadedCode = { uses, file: uses, sha256, definition };
  return { code: new Map([[uses, loaded]]), faults: new Map() };
}
