/** The part of Node's `Stats` that is needed here. */
interface StatFacts {
  isFIFO(): boolean;
  isSocket(): boolean;
  isCharacterDevice(): boolean;
  isBlockDevice(): boolean;
}

/** The kind of a path that is neither a file nor a folder, for messages; otherwise null. */
export function specialFile(facts: StatFacts): string | null {
  if (facts.isFIFO()) return 'a named pipe (FIFO)';
  if (facts.isSocket()) return 'a socket';
  return facts.isCharacterDevice() || facts.isBlockDevice() ? 'a device' : null;
}
