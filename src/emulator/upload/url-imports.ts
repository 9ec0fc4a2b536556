import type { UploadAttributes } from './upload-attributes.ts';

/** An import (api 11.5). Times are microseconds since 1970. */
export interface UrlImport {
  readonly token: string;
  readonly url: string;
  readonly attributes: UploadAttributes;
  readonly fileName: string | null;
  /** Before this time, a status request for the token answers `unknown`. */
  readonly visibleAt: number;
  /** Start of the download. */
  readonly startsAt: number;
  /** End of the download. */
  readonly endsAt: number;
  /** Size in bytes; null if the server does not send it. */
  readonly total: number | null;
  readonly size: number;
  /** True if the emulator remembers the file of this URL. */
  readonly isUrlSaved: boolean;
  readonly end: ImportEnd | null;
}

/** The end of an import: a file, or an error. */
export type ImportEnd =
  | { readonly kind: 'success'; readonly uuid: string }
  | { readonly kind: 'error'; readonly message: string; readonly code: string };

/** The status of an import. */
export type ImportStatus =
  | { readonly kind: 'unknown' | 'waiting' }
  | { readonly kind: 'progress'; readonly done: number; readonly total: number | null }
  | ImportEnd;

/** The imports of a project, and the remembered URLs. */
export class UrlImports {
  readonly #imports = new Map<string, UrlImport>();
  readonly #savedUrls = new Map<string, string>();

  add(entry: UrlImport): void {
    this.#imports.set(entry.token, entry);
  }

  find(token: string): UrlImport | undefined {
    return this.#imports.get(token);
  }

  finish(token: string, end: ImportEnd): void {
    const entry = this.#imports.get(token);
    if (entry !== undefined) this.#imports.set(token, { ...entry, end });
  }

  list(): UrlImport[] {
    return [...this.#imports.values()];
  }

  /** Remembers the file of a URL (`save_URL_duplicates`). */
  saveUrl(url: string, uuid: string): void {
    this.#savedUrls.set(url, uuid);
  }

  /** The file of a remembered URL (`check_URL_duplicates`). */
  savedFile(url: string): string | undefined {
    return this.#savedUrls.get(url);
  }

  savedUrls(): (readonly [url: string, uuid: string])[] {
    return [...this.#savedUrls];
  }
}

/** The status of an import at `now`, in microseconds. */
export function importStatusAt(entry: UrlImport, now: number): ImportStatus {
  if (now < entry.visibleAt) return { kind: 'unknown' };
  if (entry.end !== null) return entry.end;
  if (now < entry.startsAt) return { kind: 'waiting' };
  const share = (now - entry.startsAt) / Math.max(1, entry.endsAt - entry.startsAt);
  const done = Math.floor(entry.size * Math.min(1, share));
  return { kind: 'progress', done, total: entry.total };
}
