import type { TaskPorts } from './task.ts';

/** Items that failed together go on together: one delay, so one chunk and one statement. */
export function sameMoment(ports: TaskPorts): TaskPorts {
  const now = ports.serverNow();
  const jitter = ports.random();
  return { ...ports, serverNow: () => now, random: () => jitter };
}
