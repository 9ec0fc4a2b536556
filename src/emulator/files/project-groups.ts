/** A file in a group, with the operations that the group applies to it by default. */
export interface GroupMember {
  readonly uuid: string;
  /** E.g. `resize/x600/`; empty for the file as it is (api 6). */
  readonly effects: string;
}

/** A group as the service knows it. Only its end changes it. Times are microseconds since 1970. */
export interface EmulatedGroup {
  /** `<uuid>~<number of members>`. */
  readonly id: string;
  readonly createdAt: number;
  readonly storedAt: number | null;
  /** In order, duplicates kept; null for a file that was purged before the group was loaded. */
  readonly members: readonly (GroupMember | null)[];
  readonly isDeleted: boolean;
}

/** The groups of a project, in order of creation. */
export class ProjectGroups {
  readonly #groups: EmulatedGroup[] = [];
  readonly #slots = new Map<string, number>();
  /** How long a new group is not visible, in microseconds. */
  readonly lagMicros: number;

  constructor(lagMs: number) {
    this.lagMicros = lagMs * 1000;
  }

  /** Adds a group and returns its slot, which never changes. */
  add(group: Omit<EmulatedGroup, 'isDeleted'>): number {
    if (this.#slots.has(group.id)) throw new Error(`The group ${group.id} exists already`);
    const slot = this.#groups.length;
    this.#groups.push({ ...group, isDeleted: false });
    this.#slots.set(group.id, slot);
    return slot;
  }

  /** The slot of an existing group; undefined if it is unknown or deleted. */
  find(id: string): number | undefined {
    const slot = this.#slots.get(id);
    return slot === undefined || this.describe(slot).isDeleted ? undefined : slot;
  }

  describe(slot: number): EmulatedGroup {
    const group = this.#groups[slot];
    if (group === undefined) throw new RangeError(`No group in slot ${slot}`);
    return group;
  }

  /** Marks a group as stored, once (api 6). */
  store(slot: number, micros: number): void {
    const group = this.describe(slot);
    this.#groups[slot] = { ...group, storedAt: group.storedAt ?? micros };
  }

  /** Deletes a group; its files are untouched (api 6). */
  delete(slot: number): void {
    this.#groups[slot] = { ...this.describe(slot), isDeleted: true };
  }

  /** All existing groups, oldest first. */
  list(): EmulatedGroup[] {
    return this.shownAt(Number.POSITIVE_INFINITY);
  }

  /** The groups that a list shows at `now`, in microseconds: lists lag behind (api 1.6). */
  shownAt(now: number): EmulatedGroup[] {
    return this.#groups
      .filter(({ isDeleted, createdAt }) => !isDeleted && createdAt + this.lagMicros <= now)
      .sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
  }
}
