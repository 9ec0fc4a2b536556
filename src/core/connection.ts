/** Where the service is, and as whom to speak to it. */
export interface Connection {
  readonly publicKey: string;
  readonly secretKey: string;
  /** Scheme, host and port of the REST API. */
  readonly restOrigin: string;
  /** Scheme, host and port of the Upload API; the service's own where absent. */
  readonly uploadOrigin?: string;
  /** Storage hosts that parts of files may go to, beside Uploadcare's; `*.` is any host below. */
  readonly partHosts?: readonly string[];
  /** `signed` unless the user asks for the simple scheme. */
  readonly auth: 'signed' | 'simple';
  /** How uploads are signed: by `signature` and `expire` if absent, or by a JSON Web Token. */
  readonly uploadAuth?: 'signature' | 'token';
}
