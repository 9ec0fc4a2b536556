import { type EvidenceManifest, NO_HASH, sha256 } from './evidence-format.ts';

const LINE_END = 0x0a;
/** The first bytes of a line, which contain its number, and its last bytes, which contain the hash before it. */
const START = /^\{"record":(\d+),/;
const END = /,"previous":"([0-9a-f]{64})"\}$/;
const START_BYTES = 40;
const END_BYTES = ',"previous":""}'.length + 64;

/** Checks the numbers and hashes of records while their file is read. Stops at the first fault. */
export class RecordChain {
  #rest = Buffer.alloc(0);
  #count = 0;
  #last = NO_HASH;

  /** Checks all lines that are complete. Returns the first fault; null if there is none. */
  add(chunk: Uint8Array): string | null {
    const bytes = this.#rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#rest, chunk]);
    let from = 0;
    for (;;) {
      const end = bytes.indexOf(LINE_END, from);
      if (end === -1) break;
      const fault = this.#check(bytes.subarray(from, end));
      if (fault !== null) return fault;
      from = end + 1;
    }
    this.#rest = bytes.subarray(from);
    return null;
  }

  /** Checks the end of the file. Returns a fault; null if there is none. */
  end({ records, lastRecord }: EvidenceManifest): string | null {
    if (this.#rest.length > 0) return `Record ${this.#count + 1} is cut off: its line has no end.`;
    if (this.#count < records) {
      return `The file ends after record ${this.#count}, and the manifest has ${records} records.`;
    }
    if (this.#count > records) {
      return `The file has ${this.#count} records, and the manifest has ${records}.`;
    }
    return this.#last === lastRecord ? null : `Record ${this.#count} was changed.`;
  }

  #check(line: Buffer): string | null {
    const expected = this.#count + 1;
    const number = START.exec(line.toString('latin1', 0, START_BYTES))?.[1];
    const previous = END.exec(line.toString('latin1', Math.max(0, line.length - END_BYTES)))?.[1];
    const place = `Line ${expected}`;
    if (number === undefined || previous === undefined) return `${place} is not a record.`;
    if (Number(number) > expected) {
      return `${place} is record ${number}: record ${expected} is missing, or was moved.`;
    }
    if (Number(number) < expected)
      return `${place} is record ${number}, which belongs to line ${number}.`;
    if (previous !== this.#last) {
      if (expected === 1) return 'Record 1 was changed.';
      return `Record ${this.#count} was changed, or the hash in record ${expected}.`;
    }
    this.#last = sha256(line);
    this.#count = expected;
    return null;
  }
}
