/** The condition on a metadata key: it exists or not, or its value matches one of the globs. */
export type MetadataCondition =
  | { readonly exists: boolean }
  | { readonly globs: readonly string[] };

/**
 * Conditions on one file; all given conditions must hold. Times and ages are in ms, sizes in bytes.
 */
export interface Conditions {
  readonly stored?: boolean | undefined;
  readonly removed?: boolean | undefined;
  readonly isImage?: boolean | undefined;
  /** Globs, of which one must match. Case is ignored. */
  readonly mime?: readonly string[] | undefined;
  /** Globs for the original file name, of which one must match. Case is ignored. */
  readonly name?: readonly string[] | undefined;
  /** Both limits are inclusive. */
  readonly size?:
    | { readonly min?: number | undefined; readonly max?: number | undefined }
    | undefined;
  readonly uploaded?: UploadedCondition | undefined;
  readonly metadata?: Readonly<Record<string, MetadataCondition>> | undefined;
  readonly tags?: TagsCondition | undefined;
}

/** The condition on the time of the upload. Ages are measured with the service's clock. */
export interface UploadedCondition {
  /** Uploaded longer ago than this. */
  readonly olderThan?: number | undefined;
  /** Uploaded this long ago or less. */
  readonly newerThan?: number | undefined;
  /** Uploaded before this instant, exclusive. */
  readonly before?: number | undefined;
  /** Uploaded at this instant or later. */
  readonly after?: number | undefined;
}

/** The tags that a file must have and must not have. */
export interface TagsCondition {
  readonly any?: readonly string[] | undefined;
  readonly all?: readonly string[] | undefined;
  readonly none?: readonly string[] | undefined;
}

/**
 * A job's filter: all conditions, at least one set of `any`, and not all conditions of `unless`.
 */
export interface Where extends Conditions {
  readonly any?: readonly Conditions[] | undefined;
  readonly unless?: Conditions | undefined;
}
