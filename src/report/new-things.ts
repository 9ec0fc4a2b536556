import { type FileUuid, isFileUuid, parseFileUuid } from '../core/file-uuid.ts';
import { type GroupId, isGroupId, parseGroupId } from '../core/group-id.ts';
import type { JsonValue } from '../core/json.ts';
import { findOperation } from '../operations/all-operations.ts';
import type { MadeKind } from '../operations/descriptor.ts';
import { type ReportedRun, type ReportedStep, type RunItem, subjectAt } from './run-items.ts';

/** What an item was made into by its steps; of two things of one kind, the later one that still exists. */
export interface NewThings {
  readonly file: FileUuid | null;
  /** `s3://bucket/key`, or whatever the service calls the copy. */
  readonly object: string | null;
  readonly group: GroupId | null;
  /** Group of the thumbnails of a video. */
  readonly thumbnails: GroupId | null;
}

const NOTHING = { file: null, object: null, group: null, thumbnails: null } as const;

/** What the steps of an item made. */
interface FoundThings {
  readonly things: NewThings;
  /** Hosts that they are served from; null if unknown. */
  readonly hosts: Readonly<Record<keyof NewThings, string | null>>;
  /** True if the run deleted one of them again. */
  readonly hasLost: boolean;
}

/** What the steps of an item made, and whether the run deleted any of it again. */
export function newThings(
  steps: ReportedRun['steps'],
  item: RunItem,
  isDeleted: (id: string) => boolean,
): FoundThings {
  const found: Record<keyof NewThings, string | null> = { ...NOTHING };
  const hosts: Record<keyof NewThings, string | null> = { ...NOTHING };
  let hasLost = false;
  for (const { step, kind, id } of madeBy(steps, item)) {
    const isLost = isDeleted(id) || hasLostMember(step, item, isDeleted);
    if (isLost) hasLost = true;
    else {
      found[kind] = id;
      hosts[kind] = step.cdnHost;
    }
  }
  const things = checked(found);
  const isSame = things.file === item.record.key.toLowerCase();
  return { things: isSame ? { ...things, file: null } : things, hosts, hasLost };
}

/** All that the steps of an item made, in order. */
function* madeBy(steps: ReportedRun['steps'], { outcomes }: RunItem) {
  for (const { step: place, result } of outcomes) {
    const step = steps[place];
    if (step === undefined) continue;
    for (const [key, kind] of Object.entries(madeKinds(step))) {
      const id = textOf(result?.[key]);
      if (id !== null) yield { step, kind, id };
    }
  }
}

/** The new things that a step makes, by the key of its result that names each. */
function madeKinds({ uses }: Pick<ReportedStep, 'uses'>): Readonly<Record<string, MadeKind>> {
  return findOperation(uses)?.makes ?? {};
}

/** A group is a list of files: it leads nowhere for a file that was deleted. */
function hasLostMember(
  step: ReportedStep,
  item: RunItem,
  isDeleted: (id: string) => boolean,
): boolean {
  if (findOperation(step.uses)?.joinsItems !== true) return false;
  const member = subjectAt(step, item);
  return member !== null && isDeleted(member);
}

/** True if no step makes anything new. */
export function makesNothingNew(steps: ReportedRun['steps']): boolean {
  return steps.every((step) => Object.keys(madeKinds(step)).length === 0);
}

/** True where nothing was made. */
export function isNothing(things: NewThings): boolean {
  return Object.values(things).every((thing) => thing === null);
}

function checked(found: Record<keyof NewThings, string | null>): NewThings {
  const { file, object, group, thumbnails } = found;
  return {
    file: file !== null && isFileUuid(file) ? parseFileUuid(file) : null,
    object,
    group: groupOf(group),
    thumbnails: groupOf(thumbnails),
  };
}

function groupOf(text: string | null): GroupId | null {
  return text !== null && isGroupId(text) ? parseGroupId(text) : null;
}

function textOf(value: JsonValue | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
