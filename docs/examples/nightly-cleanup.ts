// Deletes files that were never stored. Run it from a scheduler: the exit code is 1 if anything is left to do.
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
  // "true" is a yes to everything that the run deletes. "false" would end it for good.
  confirm: async () => true,
});
try {
  const end = await startRun(job, context);
  console.log(`${end.state}: ${end.counts.done} of ${end.counts.total} files deleted`);
  process.exitCode = end.state === 'finished' && end.counts.failed === 0 ? 0 : 1;
} finally {
  await world.close();
}
