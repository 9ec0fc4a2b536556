/** What an upload asks for besides its bytes. */
export interface UploadWishes {
  readonly isStored: boolean;
  /** JSON text, keys as the service orders them. */
  readonly metadata: string;
  /** A JSON array; undefined where none were sent. */
  readonly tags: string | undefined;
}
