import { isJsonObject } from '../core/json.ts';
import { type EvidenceManifest, NO_HASH, sha256 } from './evidence-format.ts';
import { COUNTS, type CountedRecord, RecordCounts } from './record-counts.ts';

const LINE_END = 0x0a;
/** The first bytes of a line, which contain its number, and its last bytes, which contain the hash before it. */
const START = /^\{"record":(\d+),/;
const END = /,"previous":"([0-9a-f]{64})"\}$/;
const START_BYTES = 40;
const END_BYTES = ',"previous":""}'.length + 64;

/** The longest line. The facts of a file, with all its metadata and tags, are much shorter. */
const MAX_LINE_BYTES = 4 * 1024 ** 2;

/** Checks the numbers, hashes and counts of records while their file is read. Stops at the first fault. */
export class RecordChain {
  readonly #counts = new RecordCounts();
  /** The pieces of a line whose end is not read yet, and their size. */
  #rest: Buffer[] = [];
  #restBytes = 0;
  #last = NO_HASH;

  /** Checks all lines that are complete. Returns the first fault; null if there is none. */
  add(chunk: Uint8Array): string | null {
    const bytes = Buffer.from(chunk);
    let from = 0;
    for (;;) {
      const end = bytes.indexOf(LINE_END, from);
      if (end === -1) break;
      const fault = this.#check(this.#takeLine(bytes.subarray(from, end)));
      if (fault !== null) return fault;
      from = end + 1;
    }
    if (from < bytes.length) this.#rest.push(bytes.subarray(from));
    this.#restBytes += bytes.length - from;
    if (this.#restBytes <= MAX_LINE_BYTES) return null;
    return `Line ${this.#counts.records + 1} is too long for a record.`;
  }

  /** Checks the end of the file. Returns a fault; null if there is none. */
  end(manifest: EvidenceManifest): string | null {
    const { records, lastRecord } = manifest;
    const counts = this.#counts.result();
    if (this.#restBytes > 0) return `Record ${counts.records + 1} is cut off: its line has no end.`;
    if (counts.records < records) {
      return `The file ends after record ${counts.records}, and the manifest has ${records} records.`;
    }
    if (counts.records > records) {
      return `The file has ${counts.records} records, and the manifest has ${records}.`;
    }
    if (this.#last !== lastRecord) return `Record ${records} was changed.`;
    const wrong = COUNTS.find((name) => counts[name] !== manifest[name]);
    if (wrong === undefined) return null;
    return `The manifest was changed: its \`${wrong}\` is ${manifest[wrong]}, and the records have ${counts[wrong]}.`;
  }

  /** The whole line, of which this is the last piece. */
  #takeLine(piece: Buffer): Buffer {
    if (this.#rest.length === 0) return piece;
    const line = Buffer.concat([...this.#rest, piece]);
    this.#rest = [];
    this.#restBytes = 0;
    return line;
  }

  #check(line: Buffer): string | null {
    const expected = this.#counts.records + 1;
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
      return `Record ${this.#counts.records} was changed, or the hash in record ${expected}.`;
    }
    const record = parseRecord(line);
    if (record === null) return `${place} is not a record.`;
    this.#last = sha256(line);
    this.#counts.add(record);
    return null;
  }
}

/** Parses the part of a record that is counted; null if the line is not a record. */
function parseRecord(line: Buffer): CountedRecord | null {
  try {
    const value: unknown = JSON.parse(line.toString('utf8'));
    if (!isJsonObject(value)) return null;
    const { facts, decidedBy } = value;
    if (decidedBy !== null && decidedBy !== 'person') return null;
    if (facts === null) return { facts, decidedBy };
    if (!isJsonObject(facts)) return null;
    const { size } = facts;
    return size === null || typeof size === 'number' ? { facts: { size }, decidedBy } : null;
  } catch {
    return null;
  }
}
