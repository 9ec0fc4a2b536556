import type { BucketServer } from '../core/bucket-origin.ts';
import { type FileUuid, isFileUuid, parseFileUuid } from '../core/file-uuid.ts';
import { type GroupId, isGroupId, parseGroupId } from '../core/group-id.ts';
import type { JsonValue } from '../core/json.ts';
import type { RunItem } from '../ledger/run-items.ts';
import { findTraits, type MadeKind } from '../operations/operation-traits.ts';
import { type ReportedRun, type ReportedStep, subjectAt } from './run-items.ts';

/**
 * The things that the steps of an item made. If they made several things of one kind, this contains the last
 * one that still exists.
 */
export interface NewThings {
  readonly file: FileUuid | null;
  /** The copy in a bucket: `s3://bucket/key`, or another name that the service gave it. */
  readonly object: string | null;
  readonly group: GroupId | null;
  /** The group that contains a video's thumbnails. */
  readonly thumbnails: GroupId | null;
}

type OperationMakes = Readonly<Record<string, MadeKind>>;

const NOTHING = { file: null, object: null, group: null, thumbnails: null } as const;

/** The new things of an item, with details. */
interface FoundThings {
  readonly things: NewThings;
  /** The host that serves each thing; null if it is unknown. */
  readonly hosts: Readonly<Record<keyof NewThings, string | null>>;
  /** The server of the bucket with the copy; null if it is AWS, or unknown. */
  readonly bucketServer: BucketServer | null;
  /** True if the run later deleted one of the things that it had made. */
  readonly hasDeleted: boolean;
}

/** Finds the new things of an item, and whether the run later deleted any of them. */
export function newThings(
  steps: ReportedRun['steps'],
  item: RunItem,
  isDeleted: (id: string) => boolean,
): FoundThings {
  const found: Record<keyof NewThings, string | null> = { ...NOTHING };
  const hosts: Record<keyof NewThings, string | null> = { ...NOTHING };
  let bucketServer: BucketServer | null = null;
  let hasDeleted = false;
  for (const { step, kind, id } of listThings(steps, item)) {
    const isThingDeleted = isDeleted(id) || hasDeletedMember(step, item, isDeleted);
    if (isThingDeleted) hasDeleted = true;
    else {
      found[kind] = id;
      hosts[kind] = step.cdnHost;
      if (kind === 'object') bucketServer = step.bucketServer ?? null;
    }
  }
  const things = parseThings(found);
  const isSame = things.file === item.record.key.toLowerCase();
  return { things: isSame ? { ...things, file: null } : things, hosts, bucketServer, hasDeleted };
}

/** A thing that a step of an item made. */
export interface MadeThing {
  readonly step: ReportedStep;
  /** Index of the step. */
  readonly place: number;
  readonly kind: MadeKind;
  readonly id: string;
}

/** All new things of an item's steps, in order. */
export function* listThings(
  steps: ReportedRun['steps'],
  { outcomes }: Pick<RunItem, 'outcomes'>,
): Generator<MadeThing> {
  for (const { step: place, result } of outcomes) {
    const step = steps[place];
    if (step === undefined) continue;
    for (const [key, kind] of Object.entries(madeKinds(step))) {
      const id = textOrNull(result?.[key]);
      if (id !== null) yield { step, place, kind, id };
    }
  }
}

/** The kinds of new things that a step makes, by the key under which its result contains them. */
function madeKinds({ uses, makes }: Pick<ReportedStep, 'uses' | 'makes'>): OperationMakes {
  return makes ?? findTraits(uses)?.makes ?? {};
}

/**
 * True if the step put the file of this item into a group, and the run later deleted the file. The group can
 * then not replace the file.
 */
function hasDeletedMember(
  step: ReportedStep,
  item: RunItem,
  isDeleted: (id: string) => boolean,
): boolean {
  if (findTraits(step.uses)?.joinsItems !== true) return false;
  const member = subjectAt(step, item);
  return member !== null && isDeleted(member);
}

/** True if no step makes anything new. */
export function makesNothingNew(steps: ReportedRun['steps']): boolean {
  return steps.every((step) => Object.keys(madeKinds(step)).length === 0);
}

/** True if none of the new things exists. */
export function isNothing(things: NewThings): boolean {
  return Object.values(things).every((thing) => thing === null);
}

function parseThings(found: Record<keyof NewThings, string | null>): NewThings {
  const { file, object, group, thumbnails } = found;
  return {
    file: file !== null && isFileUuid(file) ? parseFileUuid(file) : null,
    object,
    group: parseGroup(group),
    thumbnails: parseGroup(thumbnails),
  };
}

function parseGroup(text: string | null): GroupId | null {
  return text !== null && isGroupId(text) ? parseGroupId(text) : null;
}

function textOrNull(value: JsonValue | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
