/**
 * The content of an emulator as JSON: one entry per project, with the API's own objects. `load` reads
 * it, and `save` returns it.
 */
export interface EmulatorObjects {
  readonly projects: readonly ProjectObjects[];
}

/**
 * One project; only its public key is required. Fields of `GET /project/` have their names from
 * there.
 */
export interface ProjectObjects {
  readonly pub_key: string;
  readonly secret_key?: string;
  /** More secret keys; absent if there are none. */
  readonly extra_secret_keys?: readonly string[];
  readonly name?: string;
  readonly autostore_enabled?: boolean;
  readonly collaborators?: readonly { readonly name: string; readonly email: string }[];
  /** Storage name to bucket. */
  readonly remote_storages?: Readonly<Record<string, string>>;
  readonly signed_uploads?: boolean;
  /** File objects of v0.7, with `appdata` and `tags` if there are any. */
  readonly files?: readonly object[];
  /** As in `GET /groups/{id}/`; a file that is in `files` needs only its `uuid`. */
  readonly groups?: readonly object[];
  /** As in `GET /webhooks/`. */
  readonly webhooks?: readonly object[];
  /** As in the answer of the status endpoint, with `kind` and `token`. */
  readonly conversions?: readonly object[];
  /** As in the answer of the status endpoint, with `addon` and `request_id`. */
  readonly addon_runs?: readonly object[];
  /** As in `/from_url/status/`, with `token` and `source_url`; a success needs only its `uuid`. */
  readonly imports?: readonly object[];
  /** The files of remembered URLs. */
  readonly saved_urls?: Readonly<Record<string, string>>;
  /** The bytes of files by UUID, in base64. */
  readonly contents?: Readonly<Record<string, string>>;
}
