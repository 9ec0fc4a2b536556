import type { JsonObject } from '../core/json.ts';
import { isOwnName } from './own-name.ts';

/**
 * The kind of a thing that an operation makes. `object`: an object in a bucket. `thumbnails`: a group of
 * thumbnails.
 */
export type MadeKind = 'file' | 'object' | 'group' | 'thumbnails';

/** The budget of an operation that costs money. */
interface Purchase {
  /** The operation's key in `limits.paid`. */
  readonly name: string;
  /** The paid items as a text, such as `Virus scans`. */
  readonly items: string;
  /** Position of the budget in lists of budgets. */
  readonly place: number;
}

/**
 * The facts about an operation that the readers of a finished run need. They stand apart from the operations, so
 * that commands such as `status` start without the schemas of the job.
 */
export interface OperationTraits {
  /**
   * The kinds of things that the operation makes, by the key in an item's result that names the thing. Absent if
   * it makes nothing.
   */
  readonly makes?: Readonly<Record<string, MadeKind>>;
  /**
   * True if the operation makes one thing from many items, such as a group. This thing becomes useless if the
   * file of one of these items is deleted.
   */
  readonly joinsItems?: true;
  /** True if an item can be done with a warning. */
  readonly mayWarn?: true;
  /** The budget to which the operation belongs. Absent if it costs nothing but its requests. */
  readonly paid?: Purchase;
  /**
   * Options that do not change the result. Steps that differ only in such options do the same work. Absent if
   * there are none.
   */
  readonly optionsWithoutEffect?: readonly string[];
  /**
   * Present if the operation deletes items. `always`, or a function that decides by the result of an item.
   */
  readonly deletes?: 'always' | ((result: JsonObject) => boolean);
}

/** The traits of every operation, in the order of the list of operations. */
export const OPERATION_TRAITS = {
  store: {},
  delete: { deletes: 'always' },
  'copy-to-remote': { makes: { url: 'object' } },
  'copy-to-bucket': {
    makes: { url: 'object' },
    optionsWithoutEffect: ['region', 'pathStyle', 'profile', 'requesterPays', 'cdn'],
  },
  'copy-local': { makes: { file: 'file' } },
  metadata: {},
  tags: {},
  'convert/document': {
    makes: { file: 'file', group: 'group' },
    paid: { name: 'convert/document', items: 'Documents to convert', place: 5 },
  },
  'convert/video': {
    makes: { file: 'file', thumbnails: 'thumbnails' },
    paid: { name: 'convert/video', items: 'Videos to convert', place: 6 },
  },
  'addon/uc_clamav_virus_scan': {
    paid: { name: 'uc_clamav_virus_scan', items: 'Virus scans', place: 4 },
    deletes: (result: JsonObject) => result['removed'] === true,
  },
  'addon/remove_bg': {
    makes: { file: 'file' },
    paid: { name: 'remove_bg', items: 'Cut-outs', place: 1 },
  },
  'addon/aws_rekognition_detect_labels': {
    paid: { name: 'aws_rekognition_detect_labels', items: 'Files to find labels for', place: 2 },
  },
  'addon/aws_rekognition_detect_moderation_labels': {
    paid: {
      name: 'aws_rekognition_detect_moderation_labels',
      items: 'Files to check for unwanted content',
      place: 3,
    },
  },
  'import-url': {
    makes: { file: 'file' },
    mayWarn: true,
    optionsWithoutEffect: ['urlLifetime'],
  },
  upload: { makes: { file: 'file' }, optionsWithoutEffect: ['partsFrom', 'verify'] },
  'create-group': { makes: { group: 'group' }, joinsItems: true },
  'delete-group': { deletes: 'always' },
  info: {},
} as const satisfies Readonly<Record<string, OperationTraits>>;

/** The name of an operation in a job file. */
export type OperationKind = keyof typeof OPERATION_TRAITS;

const BY_KIND = new Map<string, OperationTraits>(Object.entries(OPERATION_TRAITS));

/** The traits of an operation by its name; undefined if this version of ucbulk does not have it. */
export function findTraits(uses: string): OperationTraits | undefined {
  return BY_KIND.get(uses) ?? (isOwnName(uses) ? {} : undefined);
}

/** True if the result of this operation names a new file. */
export function makesFile(uses: string): boolean {
  return Object.values(findTraits(uses)?.makes ?? {}).includes('file');
}
