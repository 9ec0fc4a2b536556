// Prints the failed items of a run. Start it with `node list-failed-items.js RUN`. `ucbulk runs` shows the
// id of each run.
import { parseRunId, readItems } from 'ucbulk';

const run = parseRunId(process.argv[2] ?? '');
for (const { key, reason, message } of readItems('state', run, { state: 'failed' })) {
  console.log(`${key} ${reason}: ${message}`);
}
