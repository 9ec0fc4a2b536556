/** The part of Node's `Stats` that `specialFile` needs. */
interface StatFacts {
  isFIFO(): boolean;
  isSocket(): boolean;
  isCharacterDevice(): boolean;
  isBlockDevice(): boolean;
}

/** The kind of a special file, for messages; null if the path is a regular file or a folder. */
export function specialFile(facts: StatFacts): string | null {
  if (facts.isFIFO()) return 'a named pipe (FIFO)';
  if (facts.isSocket()) return 'a socket';
  return facts.isCharacterDevice() || facts.isBlockDevice() ? 'a device' : null;
}
