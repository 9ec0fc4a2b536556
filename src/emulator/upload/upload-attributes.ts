/** Properties of a new file that the upload request decides. */
export interface UploadAttributes {
  readonly isStored: boolean;
  /** JSON text. The keys have the order in which the service stores them. */
  readonly metadata: string;
  /** The tags as the text of a JSON array. Undefined if the request has no tags. */
  readonly tags: string | undefined;
}
