import type { EvidenceManifest } from './evidence-format.ts';

/** The part of a record that is counted. */
export interface CountedRecord {
  readonly decidedBy: 'person' | null;
  readonly facts: { readonly size: number | null } | null;
}

/** The counts of records that the manifest contains. */
export type EvidenceCounts = Pick<EvidenceManifest, (typeof COUNTS)[number]>;

/** The names of the counts, as in the manifest. */
export const COUNTS = ['records', 'decidedByPerson', 'withoutFacts', 'deletedBytes'] as const;

/** Counts records, for the manifest when evidence is written and again when it is checked. */
export class RecordCounts {
  #records = 0;
  #decidedByPerson = 0;
  #withoutFacts = 0;
  #deletedBytes = 0;

  /** Number of records so far. */
  get records(): number {
    return this.#records;
  }

  /** Counts a record. */
  add({ decidedBy, facts }: CountedRecord): void {
    this.#records += 1;
    if (facts === null) this.#withoutFacts += 1;
    if (decidedBy === null) this.#deletedBytes += facts?.size ?? 0;
    else this.#decidedByPerson += 1;
  }

  /** The counts of all records so far. */
  result(): EvidenceCounts {
    return {
      records: this.#records,
      decidedByPerson: this.#decidedByPerson,
      withoutFacts: this.#withoutFacts,
      deletedBytes: this.#deletedBytes,
    };
  }
}
