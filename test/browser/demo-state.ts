import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createEmulator, type Emulator } from '../../src/emulator/emulator.ts';
import { environmentFor, type Program, startProgram } from '../support/spawn-program.ts';

/** A state directory with runs of several kinds, and the emulator that they work on. */
export interface DemoState {
  readonly folder: string;
  readonly state: string;
  readonly emulator: Emulator;
  readonly env: Readonly<Record<string, string>>;
  /** The run that still works. */
  readonly working: Program;
  /** Adds a run whose ledger can't be read. */
  damage(): void;
  ucbulk(...args: readonly string[]): Program;
  close(): Promise<void>;
}

const EXECUTE = '/addons/remove_bg/execute/';

const CUT = `version: 1
name: remove-backgrounds
labels: { team: shop }
source: { files: { stored: true } }
where: { mime: image/* }
steps:
  - { id: cut, uses: addon/remove_bg }
  - { id: keep, uses: store, with: { file: "\${{ steps.cut.file }}" } }
  - { id: backup, uses: copy-to-remote, with: { target: backup, file: "\${{ steps.cut.file }}" } }
limits: { paid: { remove_bg: 1500 }, cost: 150 EUR }
prices: { currency: EUR, remove_bg: 0.12 }
`;

const TIDY = `version: 1
name: delete-expired-uploads
source: { files: { stored: false } }
steps: [{ uses: delete }]
`;

const COPY = `version: 1
name: copy-to-bucket
source: { files: { stored: true } }
steps:
  - { id: copy, uses: copy-to-remote, with: { target: backup } }
  - { id: mark, uses: metadata, with: { set: { copied: "yes" } } }
`;

/** Makes a state directory with a finished, a killed and a working run. The run that is killed works `seconds` before. */
export async function makeDemoState(folder: string, seconds = 60): Promise<DemoState> {
  const state = join(folder, 'state');
  mkdirSync(folder, { recursive: true });
  const emulator = createEmulator({
    files: 2500,
    storedShare: 0.9,
    cdnOrigin: 'self',
    throttle: { perSecond: 25, burst: 25 },
    work: { remove_bg: { medianMs: 1500, failedShare: 0.08 } },
  });
  const listening = await emulator.listen();
  const env = { ...environmentFor(listening.origin), UCBULK_STATE: state };
  const started: Program[] = [];
  const ucbulk = (...args: readonly string[]) => {
    const program = startProgram(args, { cwd: folder, env });
    started.push(program);
    return program;
  };
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  write('tidy.yaml', TIDY);
  write('cut.yaml', CUT);
  write('copy.yaml', COPY);
  await ucbulk('run', 'tidy.yaml', '--yes', '--quiet').ended;
  await makeDoubtfulRun(emulator, ucbulk, seconds);
  emulator.faults.remove();
  const working = ucbulk('run', 'copy.yaml', '--yes', '--quiet');
  return {
    folder,
    state,
    emulator,
    env,
    working,
    damage: () => damageLedger(state),
    ucbulk,
    async close() {
      for (const program of started) program.process.kill('SIGKILL');
      await Promise.all(started.map((program) => program.ended));
      await listening.close();
    },
  };
}

/** A run with failures of several causes, which is killed while paid requests are in flight. */
async function makeDoubtfulRun(
  emulator: Emulator,
  ucbulk: DemoState['ucbulk'],
  seconds: number,
): Promise<void> {
  const copy = { method: 'POST', path: '/files/remote_copy/' };
  emulator.faults.add({ ...copy, every: 15, fault: { kind: 'status', status: 400 } });
  emulator.faults.add({
    method: 'POST',
    path: EXECUTE,
    every: 20,
    fault: { kind: 'reset', when: 'after' },
  });
  emulator.faults.add({ method: 'POST', path: EXECUTE, fault: { kind: 'delay', ms: 400 } });
  const run = ucbulk('run', 'cut.yaml', '--yes', '--quiet');
  await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
  run.process.kill('SIGKILL');
  await run.ended;
}

/** A ledger that can't be read. */
function damageLedger(state: string): void {
  const folder = join(state, 'runs');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, '20260101-000000-damaged.db'), 'This is no ledger.');
}
