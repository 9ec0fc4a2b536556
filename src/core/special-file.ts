/** What `stat` tells of a path; Node's `Stats` has these. */
interface StatFacts {
  isFIFO(): boolean;
  isSocket(): boolean;
  isCharacterDevice(): boolean;
  isBlockDevice(): boolean;
}

/** Names what is neither a file nor a folder, for messages; null for files and folders. */
export function specialFile(facts: StatFacts): string | null {
  if (facts.isFIFO()) return 'a named pipe (FIFO)';
  if (facts.isSocket()) return 'a socket';
  return facts.isCharacterDevice() || facts.isBlockDevice() ? 'a device' : null;
}
