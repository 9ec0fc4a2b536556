// Copies all files to your own storage. While the run works, counts the failed files by error code.
import {
  connectionFromEnv,
  createRunContext,
  createSystemWorld,
  loadJobFile,
  type RunEvent,
  startRun,
} from 'ucbulk';

const JOB = `
version: 1
name: copy-all
source:
  files: {}
steps:
  - uses: copy-to-remote
    with: { target: backup }
`;

const failures = new Map<string, number>();

/** Called with each event of the run. */
function listener(event: RunEvent): void {
  if (event.kind !== 'item-failed') return;
  failures.set(event.code, (failures.get(event.code) ?? 0) + 1);
}

const world = createSystemWorld();
const job = loadJobFile(JOB, { file: 'count-failures.ts', env: process.env, vars: {} });
const connection = connectionFromEnv(process.env);
try {
  const end = await startRun(
    job,
    createRunContext({ world, connection, stateDirectory: 'state', listener }),
  );
  console.log(`${end.counts.done} copied, ${end.counts.failed} failed`);
  for (const [code, count] of failures) console.log(`${code}: ${count}`);
} finally {
  await world.close();
}
