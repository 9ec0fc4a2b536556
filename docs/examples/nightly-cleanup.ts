// Deletes files that nobody stored. Start it from a scheduler such as cron. If the run did not delete all of
// them, the exit code is 1.
import {
  connectionFromEnv,
  createRunContext,
  createSystemWorld,
  loadJobFile,
  startRun,
} from 'ucbulk';

const JOB = `
version: 1
name: nightly-cleanup
source:
  files: { stored: false }
where:
  uploaded: { olderThan: 48h }
steps:
  - uses: delete
guard:
  maxItems: 50000
`;

const world = createSystemWorld();
const job = loadJobFile(JOB, { file: 'nightly-cleanup.ts', env: process.env, vars: {} });
const context = createRunContext({
  world,
  connection: connectionFromEnv(process.env),
  stateDirectory: 'state',
  // Called before the first delete. `true` allows all deletes of the run. `false` ends the run: it can't be
  // resumed.
  confirm: async () => true,
});
try {
  const end = await startRun(job, context);
  console.log(`${end.state}: ${end.counts.done} of ${end.counts.total} files deleted`);
  process.exitCode = end.state === 'finished' && end.counts.failed === 0 ? 0 : 1;
} finally {
  await world.close();
}
