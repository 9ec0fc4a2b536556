import type { EmulatedFile } from '../core/emulated-file.ts';
import { deriveSeed, mixBits, unitInterval } from '../core/integer-hash.ts';
import { UuidPermutation } from '../core/uuid-permutation.ts';
import { seededContent, seededMetadata } from './seeded-content.ts';
import { seededName } from './seeded-names.ts';
import { SeededStates } from './seeded-states.ts';
import { SeededTimeline, type TimelineOptions } from './seeded-timeline.ts';

/** Options for the files that are generated from the seed. */
export interface SeededFilesOptions extends TimelineOptions {
  /** Share of files that are stored when the emulator starts, from 0 to 1. */
  readonly storedShare: number;
  /** Share of files that have metadata, from 0 to 1. */
  readonly metadataShare: number;
  /** The time when the emulator was created, microseconds since 1970. */
  readonly seededAt: number;
  /** Time in microseconds after which an unstored file is removed (docs/uploadcare-api.md 2.2). */
  readonly unstoredLifetime: number;
}

/**
 * The files that are generated from the seed. A file is computed from its index whenever it is needed. So
 * only files that changed need memory.
 */
export class SeededFiles {
  readonly states: SeededStates;
  readonly #options: SeededFilesOptions;
  readonly #timeline: SeededTimeline;
  readonly #uuids: UuidPermutation;
  readonly #seeds: { readonly name: number; readonly content: number; readonly metadata: number };
  readonly #oldCount: number;
  #expiredUpTo: number;
  #areOldExpired = false;
  #tie: { start: number; uuids: readonly string[] } = { start: -1, uuids: [] };

  constructor(options: SeededFilesOptions) {
    const { seed } = options;
    const storedSeed = deriveSeed(seed, 'stored');
    this.#options = options;
    this.#timeline = new SeededTimeline(options);
    this.#uuids = new UuidPermutation(seed);
    this.#seeds = {
      name: deriveSeed(seed, 'name'),
      content: deriveSeed(seed, 'content'),
      metadata: deriveSeed(seed, 'metadata'),
    };
    this.states = new SeededStates(
      options.count,
      (index) => unitInterval(mixBits(storedSeed, index)) < options.storedShare,
    );
    this.#oldCount = this.firstAtOrAfter(options.seededAt - options.unstoredLifetime);
    this.#expiredUpTo = this.#oldCount;
  }

  get count(): number {
    return this.#options.count;
  }

  timeOf(index: number): number {
    return this.#timeline.timeOf(index);
  }

  firstAtOrAfter(micros: number): number {
    return this.#timeline.firstAtOrAfter(micros);
  }

  /**
   * The UUID of the file with this index. Listings order files with the same upload time by UUID
   * (docs/uploadcare-api.md 15.7). So among such files, the UUIDs ascend with the index.
   */
  uuidOf(index: number): string {
    const { start, end } = this.#timeline.tieOf(index);
    if (end - start === 1) return this.#uuids.uuidOf(index);
    return this.#tieUuids(start, end)[index - start] ?? '';
  }

  indexOf(uuid: string): number | undefined {
    const index = this.#uuids.indexOf(uuid);
    if (index === undefined || index >= this.count) return undefined;
    const { start, end } = this.#timeline.tieOf(index);
    return end - start === 1 ? index : start + this.#tieUuids(start, end).indexOf(uuid);
  }

  describe(index: number): EmulatedFile {
    const content = seededContent(this.#seeds.content, index);
    const uploadedAt = this.timeOf(index);
    const { metadataShare } = this.#options;
    return {
      uuid: this.uuidOf(index),
      uploadedAt,
      storedAt: this.#storedAt(index, uploadedAt),
      removedAt: this.removedAt(index, uploadedAt),
      ...seededName(this.#seeds.name, index, content.extension),
      mimeType: content.mimeType,
      size: content.size,
      isImage: content.isImage,
      isReady: true,
      variations: 'null',
      contentInfo: content.contentInfo,
      metadata: seededMetadata(this.#seeds.metadata, index, metadataShare),
      appdata: '{}',
    };
  }

  /**
   * Removes the unstored files that expire at or before `now`, and calls `expired` for each. Some files were
   * already too old when the emulator started. They get a full lifetime from the start. Otherwise they would
   * disappear at once, and a job that deletes old files would find none.
   */
  expire(now: number, expired: (index: number) => void): void {
    const { unstoredLifetime, seededAt } = this.#options;
    const end = this.firstAtOrAfter(now - unstoredLifetime + 1);
    this.#expireRange(this.#expiredUpTo, end, expired);
    this.#expiredUpTo = Math.max(this.#expiredUpTo, end);
    if (this.#areOldExpired || now < seededAt + unstoredLifetime) return;
    this.#areOldExpired = true;
    this.#expireRange(0, this.#oldCount, expired);
  }

  /** The time when the file was removed, in microseconds since 1970. Null if it was not removed. */
  removedAt(index: number, uploadedAt: number): number | null {
    if (!this.states.isRemoved(index)) return null;
    const { unstoredLifetime, seededAt } = this.#options;
    const bornAt = index < this.#oldCount ? seededAt : uploadedAt;
    return this.states.changedAt(index) ?? bornAt + unstoredLifetime;
  }

  #storedAt(index: number, uploadedAt: number): number | null {
    if (!this.states.isStored(index)) return null;
    const shortlyAfter = uploadedAt + 50_000 + (mixBits(this.#seeds.name, uploadedAt) % 200_000);
    return this.states.changedAt(index) ?? shortlyAfter;
  }

  #expireRange(from: number, end: number, expired: (index: number) => void): void {
    let index = this.states.nearest('unstored', from, 1);
    while (index >= 0 && index < end) {
      this.states.remove(index, undefined);
      expired(index);
      index = this.states.nearest('unstored', index + 1, 1);
    }
  }

  #tieUuids(start: number, end: number): readonly string[] {
    if (this.#tie.start !== start) {
      const uuids: string[] = [];
      for (let index = start; index < end; index += 1) uuids.push(this.#uuids.uuidOf(index));
      this.#tie = { start, uuids: uuids.sort() };
    }
    return this.#tie.uuids;
  }
}
