// Continues the newest unfinished run of a job. If all its runs are finished, starts a new one.
import {
  connectionFromEnv,
  createRunContext,
  createSystemWorld,
  listRuns,
  loadJobFile,
  resumeRun,
  startRun,
} from 'ucbulk';

const JOB = `
version: 1
name: store-all
source:
  files: { stored: false }
steps:
  - uses: store
`;

const world = createSystemWorld();
const job = loadJobFile(JOB, { file: 'resume-or-run.ts', env: process.env, vars: {} });
const context = createRunContext({
  world,
  connection: connectionFromEnv(process.env),
  stateDirectory: 'state',
});
try {
  const unfinished = (await listRuns('state', world)).find((run) => {
    // A run whose ledger can't be read has a `problem` instead of a state.
    if ('problem' in run) throw new Error(`${run.run}: ${run.problem}`);
    return run.jobName === job.name && (run.state === 'interrupted' || run.state === 'active');
  });
  const end = unfinished ? await resumeRun(unfinished.run, context) : await startRun(job, context);
  console.log(`${unfinished ? 'resumed' : 'new'}: ${end.state}, ${end.counts.done} files stored`);
} finally {
  await world.close();
}
