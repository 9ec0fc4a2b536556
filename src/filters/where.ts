/**
 * A condition on a metadata key. `exists` says if the file must have the key. `globs` means that the value
 * must match one of the globs.
 */
export type MetadataCondition =
  | { readonly exists: boolean }
  | { readonly globs: readonly string[] };

/** Conditions on a file, which must meet all of them. Times and ages are in ms, sizes in bytes. */
export interface Conditions {
  readonly stored?: boolean | undefined;
  readonly removed?: boolean | undefined;
  readonly isImage?: boolean | undefined;
  /** Globs for the MIME type. At least one must match; case does not matter. */
  readonly mime?: readonly string[] | undefined;
  /** Globs for the original file name. At least one must match; case does not matter. */
  readonly name?: readonly string[] | undefined;
  /** Sizes equal to `min` or `max` meet the condition. */
  readonly size?:
    | { readonly min?: number | undefined; readonly max?: number | undefined }
    | undefined;
  readonly uploaded?: UploadedCondition | undefined;
  /** The time of the last change. Only objects of a bucket have one. */
  readonly modified?: UploadedCondition | undefined;
  readonly metadata?: Readonly<Record<string, MetadataCondition>> | undefined;
  readonly tags?: TagsCondition | undefined;
}

/** A condition on the time of the upload. Ages are measured with the clock of the service. */
export interface UploadedCondition {
  /** The upload was more than this number of ms ago. */
  readonly olderThan?: number | undefined;
  /** The upload was at most this number of ms ago. */
  readonly newerThan?: number | undefined;
  /** The upload was before this time, not at this time. */
  readonly before?: number | undefined;
  /** The upload was at this time or later. */
  readonly after?: number | undefined;
}

/**
 * A condition on tags. The file must have at least one tag of `any`, every tag of `all`, and no tag of
 * `none`.
 */
export interface TagsCondition {
  readonly any?: readonly string[] | undefined;
  readonly all?: readonly string[] | undefined;
  readonly none?: readonly string[] | undefined;
}

/**
 * The filter of a job. A run selects a file if it meets all conditions here. If `any` is given, the file must
 * also meet all conditions in one entry of `any`. If the file meets all conditions in `unless`, it is not
 * selected.
 */
export interface Where extends Conditions {
  readonly any?: readonly Conditions[] | undefined;
  readonly unless?: Conditions | undefined;
}
