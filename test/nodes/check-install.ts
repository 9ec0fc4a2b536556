import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { untilPrinted } from '../support/run-cli.ts';
import { environmentFor, startProgram } from '../support/spawn-program.ts';
import { type NodeInstall, runCommand } from './node-install.ts';

const FILES = 3000;

/** Checks that commands which need no project work, also by npx. */
export async function checkCommands(install: NodeInstall): Promise<void> {
  const { folder: cwd, env, ucbulk } = install;
  const manifest = readFileSync(join(cwd, 'node_modules/ucbulk/package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  for (const [command, args] of [
    [ucbulk, ['--version']],
    ['npx', ['--no-install', 'ucbulk', '--version']],
  ] as const) {
    const { stdout } = await runCommand(command, args, { cwd, env });
    assert.equal(stdout.trim(), version);
  }
  const help = await runCommand(ucbulk, ['--help'], { cwd, env });
  assert.match(help.stdout, /ucbulk run/);
}

/** Kills a run that deletes files, resumes it to its end, and checks that each file was deleted once. */
export async function checkKilledRun(install: NodeInstall): Promise<void> {
  const { env, ucbulk: entry } = install;
  const cwd = join(install.folder, '../work');
  mkdirSync(cwd);
  const flags = ['--files', `${FILES}`, '--stored-share', '0', '--rate', '5', '--json'];
  const emulator = startProgram(['emulator', ...flags], { cwd, env, entry });
  try {
    const [line = ''] = await untilPrinted(emulator, /\{.*\}\n/);
    const { origin } = JSON.parse(line) as { origin: string };
    const how = {
      cwd,
      env: { ...env, ...environmentFor(origin), UCBULK_STATE: join(cwd, 'state') },
    };
    const job = join(install.folder, 'node_modules/ucbulk/jobs/nightly-unstored-cleanup.yaml');
    const run = startProgram(['run', job, '--yes', '--stats', '100ms'], { ...how, entry });
    await untilPrinted(run, /working: [1-9]/);
    run.process.kill('SIGKILL');
    assert.equal((await run.ended).signal, 'SIGKILL');

    const status = await runCommand(entry, ['status'], how);
    assert.match(status.stdout, /interrupted: its process died/);
    const before = await deletes(origin);
    const resumed = await runCommand(entry, ['resume', '--yes', '--json'], how);
    const { state, counts } = JSON.parse(resumed.stdout) as {
      state: string;
      counts: { total: number; done: number };
    };
    const after = await deletes(origin);
    assert.equal(state, 'finished');
    assert.ok(counts.total > FILES / 4);
    assert.equal(counts.done, counts.total);
    assert.ok(before.distinctFilesChanged < counts.total, 'the kill came after the last delete');
    assert.equal(after.distinctFilesChanged, counts.total);
    assert.equal(after.filesChangedMoreThanOnce, 0);
  } finally {
    emulator.process.kill('SIGTERM');
    const { code } = await emulator.ended;
    assert.equal(code, 0, 'the emulator ended with an error');
  }
}

/** The emulator's account of the deletes. */
async function deletes(origin: string) {
  const answer = await fetch(`${origin}/_emulator/audit/summary`);
  const summary = (await answer.json()) as {
    delete?: { distinctFilesChanged: number; filesChangedMoreThanOnce: number };
  };
  return summary.delete ?? { distinctFilesChanged: 0, filesChangedMoreThanOnce: 0 };
}
