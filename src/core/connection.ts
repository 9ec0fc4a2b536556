/** The addresses of the service and the keys of a project. */
export interface Connection {
  readonly publicKey: string;
  readonly secretKey: string;
  /** Scheme, host and port of the REST API. */
  readonly restOrigin: string;
  /** Scheme, host and port of the Upload API; default: the service's own. */
  readonly uploadOrigin?: string;
  /** Storage hosts that may receive parts of files, in addition to Uploadcare's. `*.` matches any subdomain. */
  readonly partHosts?: readonly string[];
  /** `simple` only if the user asks for it. */
  readonly auth: 'signed' | 'simple';
  /** How uploads are signed: by `signature` and `expire` if absent, or by a JSON Web Token. */
  readonly uploadAuth?: 'signature' | 'token';
}
