/** A page of the listing. */
export interface ListedPage {
  readonly uuids: readonly string[];
  readonly next: string | null;
}

/** The reason for each refused file. */
export type Refused = Readonly<Record<string, string>>;

/** The requests of a script, and how it sends several at a time. */
export interface ScriptClient {
  pages(stored: boolean): AsyncIterable<ListedPage>;
  storeFiles(uuids: string[]): Promise<Refused>;
  deleteFiles(uuids: string[]): Promise<Refused>;
  setMetadata(uuid: string): Promise<void>;
  /** Returns the address of the copy. */
  copyToRemote(uuid: string): Promise<string>;
  /** Runs `work` so many times, with at most `IN_FLIGHT` at a time. */
  repeat(times: number, work: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/** Where the service is, and the keys of the project. */
export interface ScriptConnection {
  readonly origin: string;
  readonly publicKey: string;
  readonly secretKey: string;
}

export const IN_FLIGHT = 8;
export const PAGE_SIZE = 1000;
export const METADATA = { key: 'bench', value: 'yes' };
export const REMOTE_TARGET = 'backup';
// biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder of Uploadcare
export const REMOTE_PATTERN = '${default}';
