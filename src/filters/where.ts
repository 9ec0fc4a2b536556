/** How a piece of metadata must be: there or not, or matching one of the globs. */
export type MetadataCondition =
  | { readonly exists: boolean }
  | { readonly globs: readonly string[] };

/** Conditions on one file; all that are given must hold. Times and ages are in ms, sizes in bytes. */
export interface Conditions {
  readonly stored?: boolean | undefined;
  readonly removed?: boolean | undefined;
  readonly isImage?: boolean | undefined;
  /** Globs; one of them must match. Case does not count. */
  readonly mime?: readonly string[] | undefined;
  /** Globs for the original file name; one of them must match. Case does not count. */
  readonly name?: readonly string[] | undefined;
  /** Both ends included. */
  readonly size?:
    | { readonly min?: number | undefined; readonly max?: number | undefined }
    | undefined;
  readonly uploaded?: UploadedCondition | undefined;
  readonly metadata?: Readonly<Record<string, MetadataCondition>> | undefined;
  readonly tags?: TagsCondition | undefined;
}

/** When a file was uploaded. Ages are measured against the service's clock. */
export interface UploadedCondition {
  /** More than this long ago. */
  readonly olderThan?: number | undefined;
  /** This long ago, or less. */
  readonly newerThan?: number | undefined;
  /** Before this instant, the instant itself not included. */
  readonly before?: number | undefined;
  /** At this instant or after it. */
  readonly after?: number | undefined;
}

/** Which tags a file must and must not have. */
export interface TagsCondition {
  readonly any?: readonly string[] | undefined;
  readonly all?: readonly string[] | undefined;
  readonly none?: readonly string[] | undefined;
}

/** A job's filter: the conditions, at least one set of `any`, and not all of `unless`. */
export interface Where extends Conditions {
  readonly any?: readonly Conditions[] | undefined;
  readonly unless?: Conditions | undefined;
}
