// Loaded into each measured process with --import. Writes what the process used, when it ends.
import { writeFileSync } from 'node:fs';

process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  const file = process.env.BENCH_CPU_FILE;
  if (file !== undefined) writeFileSync(file, JSON.stringify({ cpuMicros: user + system }));
});
