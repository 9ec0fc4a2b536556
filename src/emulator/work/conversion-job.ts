import type { FileRef } from '../files/project-files.ts';
import type { ConversionPath } from './parse-conversion-path.ts';
import type { WorkStart } from './work-context.ts';

/** The two kinds of conversion, as in their paths. */
export type ConversionKind = 'document' | 'video';

/** How a conversion is said to stand (api 7.2). */
export type ConversionStatus = 'pending' | 'processing' | 'finished' | 'failed' | 'cancelled';

/** What a source is converted to. */
export type ConversionTarget = Omit<ConversionPath, 'uuid'>;

/** One conversion: little is kept, its status follows from its start and its number. */
export interface ConversionJob {
  readonly kind: ConversionKind;
  /** From 0, in each kind. */
  readonly number: number;
  readonly source: FileRef;
  readonly output: FileRef;
  readonly target: ConversionTarget;
  readonly isStored: boolean;
  readonly isGrouped: boolean;
  readonly start: WorkStart;
  /** Video: the group of thumbnails. */
  readonly thumbnailsGroup: string | null;
  /** Why it will fail whatever was planned. */
  readonly flaw: string | null;
}

/** A conversion whose status was given, not computed: a recorded or loaded one. */
export interface GivenConversion {
  readonly kind: ConversionKind;
  readonly token: number;
  readonly status: ConversionStatus;
  readonly error?: string | null;
  readonly uuid: string;
  readonly thumbnailsGroup?: string;
}

/** What the status endpoint tells. */
export interface ConversionState {
  readonly status: ConversionStatus;
  readonly error: string | null;
  readonly uuid: string;
  readonly thumbnailsGroup: string | null;
}
