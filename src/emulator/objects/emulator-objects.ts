/**
 * The content of an emulator as JSON. It has one entry per project, with objects in the format of the API.
 * `load` reads this format and `save` returns it.
 */
export interface EmulatorObjects {
  readonly projects: readonly ProjectObjects[];
}

/**
 * One project. Only its public key is required. If `GET /project/` has a field, the field has the same name
 * here.
 */
export interface ProjectObjects {
  readonly pub_key: string;
  readonly secret_key?: string;
  /** More secret keys of the project, all of them valid. Absent if there are none. */
  readonly extra_secret_keys?: readonly string[];
  readonly name?: string;
  readonly autostore_enabled?: boolean;
  readonly collaborators?: readonly { readonly name: string; readonly email: string }[];
  /** Maps the name of a storage to its bucket. Remote copies use it. */
  readonly remote_storages?: Readonly<Record<string, string>>;
  readonly signed_uploads?: boolean;
  /** Files in the v0.7 format, with `appdata` and `tags` if the file has any. */
  readonly files?: readonly object[];
  /**
   * Groups in the format of `GET /groups/{id}/`. A file that is also in `files` needs only its `uuid` here.
   */
  readonly groups?: readonly object[];
  /** Webhooks in the format of `GET /webhooks/`. */
  readonly webhooks?: readonly object[];
  /** Conversions in the format of the status endpoint, with the additional fields `kind` and `token`. */
  readonly conversions?: readonly object[];
  /**
   * Runs of add-ons in the format of the status endpoint, with the additional fields `addon` and
   * `request_id`.
   */
  readonly addon_runs?: readonly object[];
  /**
   * Imports in the format of `/from_url/status/`, with the additional fields `token` and `source_url`. A
   * successful import needs only its `uuid`.
   */
  readonly imports?: readonly object[];
  /**
   * Maps an imported URL to the UUID of its file. A client can ask to reuse this file instead of importing
   * the URL again.
   */
  readonly saved_urls?: Readonly<Record<string, string>>;
  /** Maps the UUID of a file to its bytes in base64. */
  readonly contents?: Readonly<Record<string, string>>;
}
