import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createEmulator } from '../../src/emulator/emulator.ts';
import { openDatabase } from '../../src/ledger/open-database.ts';
import { dumpDatabase } from './dump-database.ts';
import { environmentFor } from './spawn-program.ts';

/**
 * `freeze-runs.ts FOLDER`: runs the built program on an emulator and keeps what it leaves, as text:
 * each run's ledger, the catalog, and the emulator's objects at that moment. Made once, when a schema
 * is released: `npm run build && npx tsx test/support/freeze-runs.ts test/fixtures/schema-N`.
 */
const RUNS = [
  {
    name: 'paid',
    about: 'a finished run that bought six cutouts',
    args: ['--yes'],
    job: `
version: 1
name: paid
source: { files: { stored: true, pageSize: 50 } }
where: { mime: "image/*", size: { max: 2MB } }
steps: [{ uses: addon/remove_bg }]
limits: { paid: { remove_bg: 6 } }
`,
  },
  {
    name: 'unconfirmed',
    about: 'a delete that nobody was there to confirm',
    args: [],
    job: `
version: 1
name: unconfirmed
source: { files: { stored: false } }
steps: [{ uses: delete }]
`,
  },
  {
    name: 'half-deleted',
    about: 'a delete that stopped half way for want of requests',
    args: ['--yes'],
    job: `
version: 1
name: half-deleted
source: { files: { stored: false, pageSize: 20 } }
where: { uploaded: { olderThan: 1h } }
steps: [{ uses: delete }]
guard: { maxItems: 500 }
limits: { requests: 11 }
`,
  },
  {
    name: 'half-tagged',
    about: 'two steps, stopped in the middle of both',
    args: [],
    job: `
version: 1
name: half-tagged
source: { files: { stored: true } }
steps:
  - { uses: metadata, with: { set: { checked: "yes" } } }
  - { uses: copy-to-remote, with: { target: backup } }
limits: { requests: 40, concurrency: 2 }
`,
  },
];

const target = resolve(process.argv[2] ?? '');
const work = mkdtempSync(join(tmpdir(), 'ucbulk-freeze-'));
const emulator = createEmulator({
  files: 220,
  storedShare: 0.2,
  oldestAgeMs: 60 * 86_400_000,
  work: { remove_bg: { medianMs: 50, sigma: 0 } },
});
const listening = await emulator.listen();
mkdirSync(target, { recursive: true });
for (const run of RUNS) await freeze(run);
writeFileSync(join(target, 'catalog.sql'), dumpOf(join(work, 'state', 'catalog.db')));
writeFileSync(join(target, 'objects.json'), [...emulator.saveText()].join(''));
await listening.close();
rmSync(work, { recursive: true });

async function freeze({ name, args, job }: (typeof RUNS)[number]): Promise<void> {
  const file = join(work, `${name}.yaml`);
  writeFileSync(file, job.trimStart());
  const before = new Set(ledgers());
  const program = spawn(
    process.execPath,
    [resolve('dist/cli/main.js'), 'run', file, '--json', ...args],
    {
      cwd: work,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        ...environmentFor(listening.origin),
        UCBULK_STATE: join(work, 'state'),
      },
    },
  );
  const [code] = await once(program, 'exit');
  process.stdout.write(`${name}: exit ${String(code)}\n`);
  for (const ledger of ledgers().filter((other) => !before.has(other))) {
    writeFileSync(join(target, `${name}.sql`), dumpOf(join(work, 'state', 'runs', ledger)));
  }
}

function ledgers(): string[] {
  try {
    return readdirSync(join(work, 'state', 'runs')).filter((name) => name.endsWith('.db'));
  } catch {
    return [];
  }
}

function dumpOf(path: string): string {
  const database = openDatabase(path, { mode: 'read' });
  try {
    return dumpDatabase(database);
  } finally {
    database.close();
  }
}
