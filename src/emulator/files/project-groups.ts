/** A file in a group, and the CDN operations that the group applies to it. */
export interface GroupMember {
  readonly uuid: string;
  /**
   * CDN operations, e.g. `resize/x600/`. Empty if the group shows the file unchanged (docs/uploadcare-api.md
   * 6).
   */
  readonly effects: string;
}

/**
 * One group with everything that the service stores about it. It never changes, except that it can be stored
 * and deleted. Times are in microseconds since 1970.
 */
export interface EmulatedGroup {
  /** The id of the group: `<uuid>~<number of members>`. */
  readonly id: string;
  readonly createdAt: number;
  readonly storedAt: number | null;
  /**
   * The files in their order. A file can appear twice. Null stands for a file that was already purged when
   * the group was loaded.
   */
  readonly members: readonly (GroupMember | null)[];
  readonly isDeleted: boolean;
}

/** The groups of a project, in order of creation. */
export class ProjectGroups {
  readonly #groups: EmulatedGroup[] = [];
  readonly #slots = new Map<string, number>();
  /** How long lists do not show a new group, in microseconds. */
  readonly lagMicros: number;

  constructor(lagMs: number) {
    this.lagMicros = lagMs * 1000;
  }

  /** Adds a group and returns its slot: a number from 0 that never changes. */
  add(group: Omit<EmulatedGroup, 'isDeleted'>): number {
    if (this.#slots.has(group.id)) throw new Error(`The group ${group.id} exists already`);
    const slot = this.#groups.length;
    this.#groups.push({ ...group, isDeleted: false });
    this.#slots.set(group.id, slot);
    return slot;
  }

  /** Returns the slot of a group. Undefined if the id is unknown or the group was deleted. */
  find(id: string): number | undefined {
    const slot = this.#slots.get(id);
    return slot === undefined || this.describe(slot).isDeleted ? undefined : slot;
  }

  describe(slot: number): EmulatedGroup {
    const group = this.#groups[slot];
    if (group === undefined) throw new RangeError(`No group in slot ${slot}`);
    return group;
  }

  /** Marks a group as stored. A group that is already stored keeps its time (docs/uploadcare-api.md 6). */
  store(slot: number, micros: number): void {
    const group = this.describe(slot);
    this.#groups[slot] = { ...group, storedAt: group.storedAt ?? micros };
  }

  /** Deletes a group. Its files remain (docs/uploadcare-api.md 6). */
  delete(slot: number): void {
    this.#groups[slot] = { ...this.describe(slot), isDeleted: true };
  }

  /** All existing groups, oldest first. */
  list(): EmulatedGroup[] {
    return this.shownAt(Number.POSITIVE_INFINITY);
  }

  /**
   * The groups that a list shows at `now`, in microseconds. A list shows a new group only after a delay
   * (docs/uploadcare-api.md 1.6).
   */
  shownAt(now: number): EmulatedGroup[] {
    return this.#groups
      .filter(({ isDeleted, createdAt }) => !isDeleted && createdAt + this.lagMicros <= now)
      .sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
  }
}
