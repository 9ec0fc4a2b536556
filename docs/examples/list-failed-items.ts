// Prints the failed items of a run: `node list-failed-items.js RUN`.
import { parseRunId, readItems } from 'ucbulk';

const run = parseRunId(process.argv[2] ?? '');
for (const { key, reason, message } of readItems('state', run, { state: 'failed' })) {
  console.log(`${key} ${reason}: ${message}`);
}
