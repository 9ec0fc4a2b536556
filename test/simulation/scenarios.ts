// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the job file's own expressions.
import type { Effect, FileSpec } from '../../src/emulator/emulator.ts';
import type { Operation } from '../../src/operations/operation.ts';
import type { FilesApi } from '../../src/uploadcare/files-api.ts';
import type { ChangeFile } from '../support/leave-out.ts';
import {
  ATTIC,
  addAttic,
  addExpiring,
  addFiles,
  addFolder,
  addGroups,
  addLargeFile,
  addObjects,
  addUrls,
  changeElsewhere,
  IMAGE,
  PDF,
  type Stage,
  TEXT,
  VIDEO,
} from './stage.ts';
import { toyProbed, toyUndetectable } from './toy-operations.ts';

/** One kind of run: its files, its steps, and the effects that they may have. */
export interface Scenario {
  readonly name: string;
  /** Prepares the stage. Returns the job's source and the keys it must select. */
  readonly prepare: (stage: Stage) => {
    source: object;
    keys: readonly string[];
    /** Files that must never be deleted: the condition is false or unknown for them. */
    spared?: readonly string[];
    /**
     * Changes the project after a plan of the job was written. The run then applies this plan. Returns files
     * that must never be deleted. Absent if the run has its own selection.
     */
    afterPlan?: () => readonly string[];
    /** A job whose run `EARLIER_RUN` ends before the run begins, without mishaps. */
    earlier?: { readonly source: object; readonly steps: readonly object[] };
  };
  /** Changes each file in listings and single reads, e.g. leaves a field out. */
  readonly changeFile?: ChangeFile;
  readonly steps: readonly object[];
  readonly job?: object;
  /** Effects whose repetition is harmless, or that the service (classes I and D) or our tag (V) shows. */
  readonly effects: readonly Effect[];
  /** Effects that nothing can show afterwards: at most one for each item. */
  readonly undetectable?: readonly Effect[];
  /** True if each repeat creates another thing, and only our tag shows it. */
  readonly isTagged?: boolean;
  /** True if the job copies its files to the bucket `attic`, or restores them from there. */
  readonly attic?: 'copies' | 'restores';
  /** True if each copy in the bucket has a sidecar. */
  readonly hasSidecars?: boolean;
  /** True if the job deletes its results, and none of its items. */
  readonly deletesMade?: boolean;
  /** Number of items after which the job asks whether to go on. */
  readonly canary?: number;
  /** Maximum number of sweeps of the job. */
  readonly sweeps?: number;
  /** True if the service obeys only the second request for some files (see `laxAtFirst`). */
  readonly isLaxAtFirst?: boolean;
  /** Number of files of a group. */
  readonly groupSize?: number;
  /** True if the scenario has a second project with `TARGET_KEYS`. */
  readonly hasTarget?: boolean;
  /** How long the service keeps unstored files, ms; forever if absent. */
  readonly unstoredLifetimeMs?: number;
  /** Replacements for the operations of the steps, for kinds that the service lacks. */
  readonly operations?: (files: FilesApi) => readonly Operation[];
}

/** Keys of the second project, if a scenario has one. */
export const TARGET_KEYS = {
  TARGET_PUBLIC_KEY: 'demopublickey1',
  TARGET_SECRET_KEY: 'demosecretkey1',
};

/** The run of the job that `prepare` names as `earlier`. */
export const EARLIER_RUN = 'earlier';

const LIFETIME_MS = 86_400_000;
/** The minimum size of an upload in parts. */
const PARTED_BYTES = 10 * 1024 ** 2 + 1;
const COPY = { uses: 'copy-to-remote', with: { target: 'backup' } };
const OF_CUT = '${{ steps.cut.file }}';

/** Stored files, listed by UUID in the job. */
function inline(spec: FileSpec): Scenario['prepare'] {
  return (stage) => {
    const keys = addFiles(stage, stage.items, { ...spec, isStored: true });
    // An empty list is refused, so a run of no items has one file that does not exist.
    return keys.length === 0
      ? { source: { files: { stored: false } }, keys }
      : { source: { inline: keys }, keys };
  };
}

/** Files of a listing, and other files that the listing excludes. */
function listed(isStored: boolean, listing: object = {}): Scenario['prepare'] {
  return (stage) => {
    const keys = addFiles(stage, stage.items, { ...IMAGE, isStored });
    addFiles(stage, 5, { ...PDF, isStored: !isStored, ageDays: 12 });
    return { source: { files: { stored: isStored, pageSize: 7, ...listing } }, keys };
  };
}

/** Unstored files to select, and other files that must remain. */
function mixed(wanted: FileSpec, spared: FileSpec) {
  return (stage: Stage) => {
    const keys = addFiles(stage, stage.items, { ...wanted, isStored: false });
    const others = addFiles(stage, 4, { ...spared, isStored: false });
    return { source: { files: { stored: false, pageSize: 3 } }, keys, spared: others };
  };
}

/**
 * Files of a plan. After the plan was written, the first and the last file no longer match, and new files match.
 * `others` are files that match the listing, but not the job.
 */
function planned(listing: object, spec: Parameters<typeof addFiles>[2], others = 0) {
  return (stage: Stage) => {
    const keys = addFiles(stage, stage.items, spec);
    const spared = addFiles(stage, others * stage.items, { ...spec, ageDays: 5 });
    return {
      source: { files: listing },
      keys,
      spared,
      afterPlan: () => {
        const [first = '', last = ''] = [keys[0], keys.at(-1)];
        changeElsewhere(stage, 'PUT', first);
        changeElsewhere(stage, 'DELETE', last);
        return [first, ...addFiles(stage, 4, spec)];
      },
    };
  };
}

/** The service does not know the type of these files yet. */
function leaveKindOpen(file: Record<string, unknown>): void {
  if (file['original_filename'] === 'open.png') file['is_image'] = null;
}

function addon(name: Effect & string): Scenario {
  const steps = [{ uses: `addon/${name}` }];
  return { name: `addon/${name}`, prepare: inline(IMAGE), steps, effects: [name] };
}

const SWEEPS = 2;

const BACKED_UP_DELETE = { uses: 'delete', with: { backup: ATTIC } };

/** Stored files to copy, and unstored ones that the listing excludes. */
function copied(stage: Stage) {
  addAttic(stage);
  const keys = addFiles(stage, stage.items, { ...TEXT, isStored: true });
  addFiles(stage, 3, { ...TEXT, isStored: false });
  return { source: { files: { stored: true, pageSize: 5 } }, keys };
}

/** Files that an earlier run deleted after a backup. */
function deletedBefore(stage: Stage) {
  const { source, keys } = copied(stage);
  return {
    source: { deleted: { run: EARLIER_RUN, ...ATTIC } },
    keys,
    earlier: { source, steps: [BACKED_UP_DELETE] },
  };
}

/** A job that compares itself with a new listing, at a service that does not obey at first. */
function swept(scenario: Scenario): Scenario {
  const job = { ...scenario.job, verify: { sweeps: SWEEPS } };
  return { ...scenario, job, sweeps: SWEEPS, isLaxAtFirst: true };
}

/** Scenarios of directed schedules only: another random scenario would change the schedule of each seed. */
const NOT_DRAWN: readonly Scenario[] = [
  {
    name: 'delete, of the first eight files',
    prepare: (stage) => {
      const keys = addFiles(stage, stage.items, { ...IMAGE, isStored: false, ageDays: 20 });
      const spared = addFiles(stage, 6, { ...IMAGE, isStored: false });
      return { source: { files: { stored: false, pageSize: 5 } }, keys, spared };
    },
    job: { limits: { items: 8 }, guard: { maxItems: 8 }, recheckAfter: '3s' },
    steps: [{ uses: 'delete' }],
    effects: ['delete'],
  },
  {
    name: 'cut out and store, by prices',
    prepare: inline(IMAGE),
    job: {
      prices: { currency: 'EUR', request: '0.001', remove_bg: '1' },
      limits: { cost: '1000' },
    },
    steps: [
      { id: 'cut', uses: 'addon/remove_bg' },
      { uses: 'store', with: { file: OF_CUT } },
    ],
    effects: ['store'],
    undetectable: ['remove_bg'],
  },
  {
    name: 'delete, with a canary',
    prepare: listed(false),
    canary: 3,
    job: { guard: { canary: 3 }, recheckAfter: '3s' },
    steps: [{ uses: 'delete' }],
    effects: ['delete'],
  },
  {
    name: 'cut out and store, with a canary',
    prepare: inline(IMAGE),
    canary: 3,
    job: { guard: { canary: 3 } },
    steps: [
      { id: 'cut', uses: 'addon/remove_bg' },
      { uses: 'store', with: { file: OF_CUT } },
    ],
    effects: ['store'],
    undetectable: ['remove_bg'],
  },
  {
    name: 'cut out, of the first eight files of a list that repeats them',
    prepare: (stage) => {
      const keys = addFiles(stage, stage.items, { ...IMAGE, isStored: true });
      const others = addFiles(stage, 4, { ...IMAGE, isStored: true });
      return { source: { inline: [...keys, ...keys, ...others] }, keys };
    },
    job: { limits: { items: 8 }, guard: { maxItems: 8 } },
    steps: [{ uses: 'addon/remove_bg' }],
    effects: [],
    undetectable: ['remove_bg'],
  },
  {
    name: 'delete, by a plan',
    prepare: planned({ stored: false, pageSize: 3 }, { ...IMAGE, isStored: false }),
    job: { recheckAfter: '3s' },
    steps: [{ uses: 'delete' }],
    effects: ['delete'],
  },
  {
    name: 'cut out, by a plan',
    prepare: planned({ stored: false, pageSize: 3 }, { ...IMAGE, isStored: false }),
    steps: [{ uses: 'addon/remove_bg' }],
    effects: [],
    undetectable: ['remove_bg'],
  },
  {
    name: 'delete, by a plan whose files are read one by one',
    prepare: planned({ stored: false, pageSize: 1 }, { ...IMAGE, isStored: false, ageDays: 20 }, 4),
    job: { recheckAfter: '3s', where: { uploaded: { olderThan: '15d' } } },
    steps: [{ uses: 'delete' }],
    effects: ['delete'],
  },
  {
    name: 'delete, by a condition on tags, after a slow first step',
    prepare: listed(true),
    job: { recheckAfter: '3s', limits: { rate: 0.5 } },
    steps: [
      { uses: 'metadata', with: { set: { seen: 'yes' } } },
      { uses: 'delete', if: '!("keep" in file.tags)' },
    ],
    effects: ['metadata_set', 'delete'],
  },
];

/** Migrations from and to a bucket. They are drawn only by their names, as those above. */
export const BUCKET_SCENARIOS: readonly Scenario[] = [
  {
    name: 'import-url, of a bucket',
    prepare: (stage) => addObjects(stage),
    steps: [{ uses: 'import-url', with: { pathKey: 'path' } }],
    effects: ['import'],
    isTagged: true,
  },
  {
    name: 'import-url, of a bucket whose URLs are valid for a minute',
    prepare: (stage) => addObjects(stage),
    steps: [{ uses: 'import-url', with: { urlLifetime: '1m' } }],
    effects: ['import'],
    isTagged: true,
  },
  {
    name: 'upload, of a bucket',
    prepare: (stage) => addObjects(stage),
    steps: [{ uses: 'upload' }],
    effects: ['upload'],
    isTagged: true,
  },
  {
    name: 'upload in parts, of a bucket',
    prepare: (stage) => addObjects({ ...stage, items: Math.min(stage.items, 1) }, PARTED_BYTES),
    steps: [{ uses: 'upload', with: { partsFrom: '10MiB' } }],
    effects: ['upload'],
    isTagged: true,
  },
  {
    name: 'copy-to-bucket',
    prepare: copied,
    steps: [{ uses: 'copy-to-bucket', with: ATTIC }],
    attic: 'copies',
    effects: [],
  },
  {
    name: 'copy-to-bucket, with sidecars',
    prepare: copied,
    steps: [{ uses: 'copy-to-bucket', with: { ...ATTIC, sidecar: true } }],
    attic: 'copies',
    hasSidecars: true,
    effects: [],
  },
  {
    name: 'copy-to-bucket, in parts',
    prepare: (stage) => {
      addAttic(stage);
      const keys = stage.items === 0 ? [] : [addLargeFile(stage)];
      return { source: { files: { stored: true } }, keys };
    },
    steps: [{ uses: 'copy-to-bucket', with: ATTIC }],
    attic: 'copies',
    effects: [],
  },
  {
    name: 'delete, after a backup',
    prepare: (stage) => {
      const { source, keys } = copied(stage);
      return { source, keys, spared: addFiles(stage, 3, { ...TEXT, isStored: true, ageDays: 5 }) };
    },
    job: { where: { uploaded: { olderThan: '8d' } }, recheckAfter: '3s' },
    steps: [BACKED_UP_DELETE],
    attic: 'copies',
    effects: ['delete'],
  },
  {
    name: 'restore',
    prepare: deletedBefore,
    steps: [{ uses: 'import-url' }],
    attic: 'restores',
    effects: ['import'],
    isTagged: true,
  },
  {
    name: 'restore, by URLs that are valid for a minute',
    prepare: deletedBefore,
    steps: [{ uses: 'import-url', with: { urlLifetime: '1m' } }],
    attic: 'restores',
    effects: ['import'],
    isTagged: true,
  },
  {
    name: 'restore, with upload',
    prepare: deletedBefore,
    steps: [{ uses: 'upload' }],
    attic: 'restores',
    effects: ['upload'],
    isTagged: true,
  },
];

const SWEPT: readonly Scenario[] = [
  swept({
    name: 'store, with sweeps',
    prepare: listed(false),
    steps: [{ uses: 'store' }],
    effects: ['store'],
  }),
  swept({
    name: 'delete, with sweeps',
    prepare: listed(false),
    job: { recheckAfter: '3s' },
    steps: [{ uses: 'delete' }],
    effects: ['delete'],
  }),
  swept({
    name: 'cut out and store, with sweeps',
    prepare: inline(IMAGE),
    steps: [
      { id: 'cut', uses: 'addon/remove_bg' },
      { uses: 'store', with: { file: OF_CUT } },
    ],
    effects: ['store'],
    undetectable: ['remove_bg'],
  }),
  swept({
    name: 'store and copy, with sweeps',
    prepare: listed(false),
    steps: [{ uses: 'store' }, { uses: 'copy-local' }],
    effects: ['store', 'local_copy'],
    isTagged: true,
  }),
];

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'store',
    prepare: listed(false),
    steps: [{ uses: 'store' }],
    effects: ['store'],
  },
  {
    name: 'delete',
    prepare: (stage) => {
      addFiles(stage, 3, { ...IMAGE, isStored: false, ageDays: 0.5 });
      return listed(false)(stage);
    },
    job: { where: { uploaded: { olderThan: '24h' } }, recheckAfter: '3s' },
    steps: [{ uses: 'delete' }],
    effects: ['delete'],
  },
  {
    name: 'delete, of a listing that leaves out tags',
    prepare: mixed({ tags: ['old'] }, { tags: ['keep'] }),
    changeFile: (file) => delete file['tags'],
    job: { where: { unless: { tags: { any: ['keep'] } } }, recheckAfter: '3s' },
    steps: [{ uses: 'delete' }],
    effects: ['delete'],
  },
  {
    name: 'delete, of files of unknown kind',
    prepare: mixed({ isImage: false, name: 'a.txt' }, { isImage: true, name: 'open.png' }),
    changeFile: leaveKindOpen,
    job: { where: { unless: { isImage: true } }, recheckAfter: '3s' },
    steps: [{ uses: 'delete' }],
    effects: ['delete'],
  },
  {
    name: 'delete, by a condition on tags that the listing leaves out',
    prepare: (stage) => {
      const { source, keys, spared } = mixed({ tags: ['old'] }, { tags: ['keep'] })(stage);
      return { source, keys: [...keys, ...spared], spared };
    },
    changeFile: (file) => delete file['tags'],
    job: { recheckAfter: '3s' },
    steps: [{ uses: 'delete', if: '!file.tags.exists(tag, tag == "keep")' }],
    effects: ['delete'],
  },
  {
    name: 'copy-to-remote',
    prepare: listed(true, { ordering: '-datetime_uploaded' }),
    steps: [COPY],
    effects: ['remote_copy'],
  },
  {
    name: 'copy-local',
    prepare: listed(true),
    steps: [{ uses: 'copy-local' }],
    effects: ['local_copy'],
    isTagged: true,
  },
  {
    name: 'metadata',
    prepare: inline(IMAGE),
    steps: [{ uses: 'metadata', with: { set: { campaign: 'spring' }, remove: ['old'] } }],
    effects: ['metadata_set'],
  },
  {
    name: 'tags',
    prepare: inline(IMAGE),
    steps: [{ uses: 'tags', with: { add: ['cutout'] } }],
    effects: ['tags'],
  },
  {
    name: 'info',
    prepare: inline(IMAGE),
    steps: [{ uses: 'info', with: { include: 'appdata' } }],
    effects: [],
  },
  {
    name: 'convert/document',
    prepare: inline(PDF),
    steps: [{ uses: 'convert/document', with: { format: 'jpg' } }],
    effects: [],
    undetectable: ['convert_document'],
  },
  {
    name: 'convert/document to pages',
    prepare: inline(PDF),
    steps: [{ uses: 'convert/document', with: { format: 'jpg', saveInGroup: true } }],
    effects: ['convert_document'],
  },
  {
    name: 'convert/video',
    prepare: inline(VIDEO),
    steps: [{ uses: 'convert/video', with: { format: 'webm' } }],
    effects: [],
    undetectable: ['convert_video'],
  },
  {
    name: 'addon/remove_bg',
    prepare: inline(IMAGE),
    steps: [{ uses: 'addon/remove_bg', with: { crop: true } }],
    effects: [],
    undetectable: ['remove_bg'],
  },
  addon('uc_clamav_virus_scan'),
  addon('aws_rekognition_detect_labels'),
  addon('aws_rekognition_detect_moderation_labels'),
  {
    name: 'import-url',
    prepare: (stage) => {
      const { urls, path } = addUrls(stage);
      return { source: { urls: { path } }, keys: urls };
    },
    steps: [{ uses: 'import-url' }],
    effects: ['import'],
    isTagged: true,
  },
  {
    name: 'upload',
    prepare: (stage) => {
      const { names, path } = addFolder(stage);
      return { source: { folder: { path } }, keys: names };
    },
    steps: [{ uses: 'upload' }],
    effects: ['upload'],
    isTagged: true,
  },
  {
    name: 'upload in parts',
    prepare: (stage) => {
      const { names, path } = addFolder(
        { ...stage, items: Math.min(stage.items, 1) },
        PARTED_BYTES,
      );
      return { source: { folder: { path } }, keys: names };
    },
    steps: [{ uses: 'upload', with: { partsFrom: '10MiB' } }],
    effects: ['upload'],
    isTagged: true,
  },
  {
    name: 'store, while files expire',
    prepare: (stage) => {
      const keys = addExpiring(stage, LIFETIME_MS);
      return { source: { files: { stored: false, pageSize: 3 } }, keys };
    },
    unstoredLifetimeMs: LIFETIME_MS,
    steps: [{ uses: 'store' }],
    effects: ['store', 'expire'],
  },
  {
    name: 'copy to another project',
    prepare: listed(true),
    hasTarget: true,
    job: {
      projects: {
        target: {
          publicKey: '${{ env.TARGET_PUBLIC_KEY }}',
          secretKey: '${{ env.TARGET_SECRET_KEY }}',
        },
      },
    },
    steps: [
      {
        id: 'copy',
        uses: 'import-url',
        project: 'target',
        with: { keep: ['filename', 'metadata', 'tags'], checkDuplicates: false },
      },
      {
        uses: 'metadata',
        project: 'target',
        with: { file: '${{ steps.copy.file }}', set: { moved: 'yes' } },
      },
    ],
    effects: ['import', 'metadata_set', 'store', 'tags'],
    isTagged: true,
  },
  {
    name: 'create-group',
    prepare: inline(IMAGE),
    steps: [{ uses: 'create-group', with: { size: 3 } }],
    groupSize: 3,
    effects: ['group_create'],
  },
  {
    name: 'delete-group',
    prepare: (stage) => ({ source: { groups: { take: 'groups' } }, keys: addGroups(stage) }),
    steps: [{ uses: 'delete-group' }],
    effects: ['group_delete'],
  },
  {
    name: 'copy, then delete',
    prepare: (stage) => {
      addFiles(stage, 4, { ...PDF, isStored: true, ageDays: 11 });
      return listed(true, { ordering: '-datetime_uploaded' })(stage);
    },
    job: { where: { mime: 'image/*' }, recheckAfter: '1m' },
    steps: [COPY, { uses: 'delete' }],
    effects: ['remote_copy', 'delete'],
  },
  {
    name: 'cut out, store, tag, copy',
    prepare: inline(IMAGE),
    steps: [
      { id: 'cut', uses: 'addon/remove_bg' },
      { uses: 'store', with: { file: OF_CUT } },
      { uses: 'tags', with: { file: OF_CUT, add: ['cutout'] } },
      { uses: 'copy-to-remote', with: { file: OF_CUT, target: 'backup' } },
    ],
    effects: ['store', 'tags', 'remote_copy'],
    undetectable: ['remove_bg'],
  },
  {
    name: 'copy-local, then delete the copy',
    prepare: inline(IMAGE),
    steps: [
      { id: 'cut', uses: 'copy-local' },
      { uses: 'delete', with: { file: OF_CUT } },
    ],
    deletesMade: true,
    effects: ['local_copy', 'delete'],
    isTagged: true,
  },
  {
    name: 'cut out, then delete the cutout',
    prepare: inline(IMAGE),
    steps: [
      { id: 'cut', uses: 'addon/remove_bg' },
      { uses: 'delete', with: { file: OF_CUT } },
    ],
    deletesMade: true,
    effects: ['delete'],
    undetectable: ['remove_bg'],
  },
  {
    name: 'import, then tag what is a text',
    prepare: (stage) => {
      const { urls, path } = addUrls(stage);
      return { source: { urls: { path } }, keys: urls };
    },
    steps: [
      { id: 'got', uses: 'import-url' },
      {
        uses: 'tags',
        if: "item.key.endsWith('1.txt')",
        with: { file: '${{ steps.got.file }}', add: ['text'] },
      },
      { uses: 'copy-to-remote', with: { file: '${{ steps.got.file }}', target: 'backup' } },
    ],
    effects: ['import', 'tags', 'remote_copy'],
    isTagged: true,
  },
  {
    name: 'scan, go on after a failure, then metadata',
    prepare: listed(true),
    steps: [
      { uses: 'addon/uc_clamav_virus_scan', onFailure: 'continue' },
      { uses: 'metadata', with: { set: { scanned: 'yes' } } },
    ],
    effects: ['uc_clamav_virus_scan', 'metadata_set'],
  },
  {
    name: 'toy: undetectable',
    prepare: listed(true),
    steps: [COPY],
    effects: [],
    undetectable: ['remote_copy'],
    operations: (files) => [toyUndetectable(files)],
  },
  {
    name: 'toy: probed',
    prepare: listed(false),
    steps: [{ uses: 'store' }],
    effects: ['store'],
    operations: (files) => [toyProbed(files)],
  },
];

/** Finds a scenario by its name. */
export function scenarioOf(name: string): Scenario {
  const scenario = [...SCENARIOS, ...NOT_DRAWN, ...BUCKET_SCENARIOS, ...SWEPT].find(
    (one) => one.name === name,
  );
  if (scenario === undefined) throw new Error(`There is no scenario "${name}"`);
  return scenario;
}
