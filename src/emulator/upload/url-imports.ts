import type { UploadAttributes } from './upload-attributes.ts';

/** The import of a file from a URL (docs/uploadcare-api.md 11.5). Times are in microseconds since 1970. */
export interface UrlImport {
  readonly token: string;
  readonly url: string;
  readonly attributes: UploadAttributes;
  readonly fileName: string | null;
  /** Before this time, the status of the import is `unknown`. */
  readonly visibleAt: number;
  /** When the download starts. */
  readonly startsAt: number;
  /** When the download ends. */
  readonly endsAt: number;
  /**
   * Size of the file in bytes, as its server announces it before the download. Null if the server does not
   * announce it.
   */
  readonly total: number | null;
  readonly size: number;
  /**
   * True if the client asked the service to save the URL. A later import of the same URL can then reuse the
   * file.
   */
  readonly isUrlSaved: boolean;
  readonly end: ImportEnd | null;
}

/** How an import ended: with a file, or with an error. */
export type ImportEnd =
  | { readonly kind: 'success'; readonly uuid: string }
  | { readonly kind: 'error'; readonly message: string; readonly code: string };

/** The status of an import at a certain time. */
export type ImportStatus =
  | { readonly kind: 'unknown' | 'waiting' }
  | { readonly kind: 'progress'; readonly done: number; readonly total: number | null }
  | ImportEnd;

/** The imports of a project, and the files that were saved under their URLs. */
export class UrlImports {
  readonly #imports = new Map<string, UrlImport>();
  readonly #savedUrls = new Map<string, string>();

  add(entry: UrlImport): void {
    this.#imports.set(entry.token, entry);
  }

  find(token: string): UrlImport | undefined {
    return this.#imports.get(token);
  }

  /** Records the size of the file when its download begins. */
  begin(token: string, { size }: { readonly size: number }): void {
    const entry = this.#imports.get(token);
    if (entry !== undefined) this.#imports.set(token, { ...entry, size, total: size });
  }

  finish(token: string, end: ImportEnd): void {
    const entry = this.#imports.get(token);
    if (entry !== undefined) this.#imports.set(token, { ...entry, end });
  }

  list(): UrlImport[] {
    return [...this.#imports.values()];
  }

  /** Saves the file under its URL, because the client sent `save_URL_duplicates`. */
  saveUrl(url: string, uuid: string): void {
    this.#savedUrls.set(url, uuid);
  }

  /**
   * The UUID of the file that was saved under a URL. Used if the client sends `check_URL_duplicates`.
   * Undefined if there is none.
   */
  savedFile(url: string): string | undefined {
    return this.#savedUrls.get(url);
  }

  savedUrls(): (readonly [url: string, uuid: string])[] {
    return [...this.#savedUrls];
  }
}

/** The status of an import at the time `now`, in microseconds since 1970. */
export function importStatusAt(entry: UrlImport, now: number): ImportStatus {
  if (now < entry.visibleAt) return { kind: 'unknown' };
  if (entry.end !== null) return entry.end;
  if (now < entry.startsAt) return { kind: 'waiting' };
  const share = (now - entry.startsAt) / Math.max(1, entry.endsAt - entry.startsAt);
  const done = Math.floor(entry.size * Math.min(1, share));
  return { kind: 'progress', done, total: entry.total };
}
