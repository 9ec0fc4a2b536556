/** The addresses of the service and the keys of a project. */
export interface Connection {
  readonly publicKey: string;
  readonly secretKey: string;
  /** Scheme, host and port of the REST API. */
  readonly restOrigin: string;
  /** Scheme, host and port of the Upload API. If absent, Uploadcare's own. */
  readonly uploadOrigin?: string;
  /**
   * Storage hosts that may receive parts of files, in addition to Uploadcare's hosts. `*.` matches any
   * subdomain.
   */
  readonly partHosts?: readonly string[];
  /**
   * How requests are authenticated. `simple` sends the secret key itself, and is used only if the user
   * chooses it.
   */
  readonly auth: 'signed' | 'simple';
  /** How uploads are signed. If absent: by `signature` and `expire`. `token`: by a JSON Web Token. */
  readonly uploadAuth?: 'signature' | 'token';
}
