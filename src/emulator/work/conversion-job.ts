import type { FileRef } from '../files/project-files.ts';
import type { ConversionPath } from './parse-conversion-path.ts';
import type { WorkStart } from './work-context.ts';

/** The two kinds of conversion, named as in the paths of the API. */
export type ConversionKind = 'document' | 'video';

/** The possible statuses of a conversion (docs/uploadcare-api.md 7.2). */
export type ConversionStatus = 'pending' | 'processing' | 'finished' | 'failed' | 'cancelled';

/** The wanted result of a conversion: format, page, and number of thumbnails. */
export type ConversionTarget = Omit<ConversionPath, 'uuid'>;

/**
 * A conversion that a client started. It does not store its status: the status is computed from its start and
 * its number. So it needs little memory.
 */
export interface ConversionJob {
  readonly kind: ConversionKind;
  /** Number of this conversion among those of the same kind, from 0. */
  readonly number: number;
  readonly source: FileRef;
  readonly output: FileRef;
  readonly target: ConversionTarget;
  readonly isStored: boolean;
  readonly isGrouped: boolean;
  readonly start: WorkStart;
  /** Id of the group of thumbnails. Null for documents. */
  readonly thumbnailsGroup: string | null;
  /**
   * The reason why the conversion will fail, even if `WorkPlanner` planned a success. Null if there is no
   * such reason.
   */
  readonly flaw: string | null;
}

/** A conversion that a test or `load` adds. Its status is fixed: it never changes. */
export interface GivenConversion {
  readonly kind: ConversionKind;
  readonly token: number;
  readonly status: ConversionStatus;
  readonly error?: string | null;
  readonly uuid: string;
  readonly thumbnailsGroup?: string;
}

/** The state of a conversion, as the status endpoint shows it. */
export interface ConversionState {
  readonly status: ConversionStatus;
  readonly error: string | null;
  readonly uuid: string;
  readonly thumbnailsGroup: string | null;
}
