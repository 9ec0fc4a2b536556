import type { BucketServer } from '../core/bucket-origin.ts';
import type { ItemState } from '../core/item-state.ts';
import { present } from '../core/present.ts';
import type { RunId } from '../core/run.ts';
import type { RunItem } from '../ledger/run-items.ts';
import { readFromLedger } from '../ledger/with-reader.ts';
import type { MadeKind } from '../operations/operation-traits.ts';

/** A step of a run, for reports. */
export interface ReportedStep {
  readonly id: string;
  readonly uses: string;
  /**
   * The kinds of new things that the step makes, by the key of the result that names them. If it is absent, the name of
   * the operation decides that.
   */
  readonly makes?: Readonly<Record<string, MadeKind>>;
  /** True if the step, with its options, may delete. */
  readonly mayDelete: boolean;
  /**
   * Index of the earlier step that made the file on which this step works; null if the step works on the
   * item's own file.
   */
  readonly fileFrom: number | null;
  /** Host of the files of the step's project; null if unknown. */
  readonly cdnHost: string | null;
  /** The server of the bucket to which the step copies; null or missing if it is AWS, or unknown. */
  readonly bucketServer?: BucketServer | null;
}

/** A run, for reports: its ledger, and its steps in order. */
export interface ReportedRun {
  readonly run: RunId;
  /** Path of the ledger. */
  readonly ledger: string;
  readonly steps: readonly ReportedStep[];
  /** Host of the old files; null if unknown. */
  readonly cdnHost: string | null;
  /** The bucket whose objects are the items of the run. */
  readonly bucket?: ReportedBucket | undefined;
}

/** The bucket from which a run took its items, for reports. */
export interface ReportedBucket {
  /** Such as `s3://shop-media/products/`. */
  readonly url: string;
  /** The URL of the prefix of the bucket, with a slash at its end. Missing if the job does not name it. */
  readonly publicUrl?: string | undefined;
}

/** Reads the items of a run in the order in which the run selected them: all items, or those in `states`. */
export function* runItems(
  { ledger }: ReportedRun,
  states?: readonly ItemState[],
): Generator<RunItem> {
  yield* readFromLedger(ledger, function* (reader) {
    yield* reader.runItems(present({ states }));
  });
}

/**
 * The file or group on which a step works. Null if that file comes from an earlier step, and the earlier step
 * made none.
 */
export function subjectAt(
  { fileFrom }: ReportedStep,
  { record, outcomes }: RunItem,
): string | null {
  if (fileFrom === null) return record.key.toLowerCase();
  const file = outcomes.find(({ step }) => step === fileFrom)?.result?.['file'];
  return typeof file === 'string' ? file.toLowerCase() : null;
}
