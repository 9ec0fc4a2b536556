/**
 * What an emulator holds, as JSON: one entry a project, with the API's own objects in it. `load`
 * takes it and `save` gives it back.
 */
export interface EmulatorObjects {
  readonly projects: readonly ProjectObjects[];
}

/** One project; only its public key is required. Fields named as in `GET /project/` where it has them. */
export interface ProjectObjects {
  readonly pub_key: string;
  readonly secret_key?: string;
  /** Further secret keys; left out if there are none. */
  readonly extra_secret_keys?: readonly string[];
  readonly name?: string;
  readonly autostore_enabled?: boolean;
  readonly collaborators?: readonly { readonly name: string; readonly email: string }[];
  /** Storage name to bucket. */
  readonly remote_storages?: Readonly<Record<string, string>>;
  readonly signed_uploads?: boolean;
  /** File objects of v0.7, with `appdata` and `tags` where there are any. */
  readonly files?: readonly object[];
  /** As `GET /groups/{id}/`; of a file that is in `files`, its `uuid` is enough. */
  readonly groups?: readonly object[];
  /** As `GET /webhooks/`. */
  readonly webhooks?: readonly object[];
  /** As the status endpoint, with `kind` and `token`. */
  readonly conversions?: readonly object[];
  /** As the status endpoint, with `addon` and `request_id`. */
  readonly addon_runs?: readonly object[];
  /** As `/from_url/status/`, with `token` and `source_url`; a success needs no more than its `uuid`. */
  readonly imports?: readonly object[];
  /** Which file a URL gave that an import was to remember. */
  readonly saved_urls?: Readonly<Record<string, string>>;
  /** The bytes of files by UUID, in base64. */
  readonly contents?: Readonly<Record<string, string>>;
}
