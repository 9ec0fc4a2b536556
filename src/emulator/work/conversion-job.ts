import type { FileRef } from '../files/project-files.ts';
import type { ConversionPath } from './parse-conversion-path.ts';
import type { WorkStart } from './work-context.ts';

/** The two kinds of conversion, as in their paths. */
export type ConversionKind = 'document' | 'video';

/** The statuses of a conversion (api 7.2). */
export type ConversionStatus = 'pending' | 'processing' | 'finished' | 'failed' | 'cancelled';

/** The target of a conversion. */
export type ConversionTarget = Omit<ConversionPath, 'uuid'>;

/** A conversion. Its status follows from its start and its number, so it needs little memory. */
export interface ConversionJob {
  readonly kind: ConversionKind;
  /** Position among the conversions of this kind, from 0. */
  readonly number: number;
  readonly source: FileRef;
  readonly output: FileRef;
  readonly target: ConversionTarget;
  readonly isStored: boolean;
  readonly isGrouped: boolean;
  readonly start: WorkStart;
  /** Video: the group of thumbnails. */
  readonly thumbnailsGroup: string | null;
  /** Reason why it will fail, whatever its plan is; null if there is none. */
  readonly flaw: string | null;
}

/** A recorded or loaded conversion, whose status does not change. */
export interface GivenConversion {
  readonly kind: ConversionKind;
  readonly token: number;
  readonly status: ConversionStatus;
  readonly error?: string | null;
  readonly uuid: string;
  readonly thumbnailsGroup?: string;
}

/** The answer of the status endpoint. */
export interface ConversionState {
  readonly status: ConversionStatus;
  readonly error: string | null;
  readonly uuid: string;
  readonly thumbnailsGroup: string | null;
}
