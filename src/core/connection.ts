/** The addresses of the service and the keys of a project. */
export interface Connection {
  readonly publicKey: string;
  readonly secretKey: string;
  /** Scheme, host and port of the REST API. */
  readonly restOrigin: string;
  /** Scheme, host and port of the Upload API. Uploadcare's own if absent. */
  readonly uploadOrigin?: string;
  /**
   * Additional storage hosts to which parts of files may be sent. Uploadcare's own hosts are always allowed.
   * `*.` matches any subdomain.
   */
  readonly partHosts?: readonly string[];
  /**
   * How requests are authenticated. `simple` sends the secret key itself. ucbulk uses it only if the user
   * chooses it.
   */
  readonly auth: 'signed' | 'simple';
  /**
   * How uploads are signed. `token`: by a JSON Web Token. `signature`, the default: by the fields `signature`
   * and `expire`.
   */
  readonly uploadAuth?: 'signature' | 'token';
}
