/** The attributes that an upload gives its file. */
export interface UploadAttributes {
  readonly isStored: boolean;
  /** JSON text, with the keys in the service's order. */
  readonly metadata: string;
  /** A JSON array; undefined if none were sent. */
  readonly tags: string | undefined;
}
