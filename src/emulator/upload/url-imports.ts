import type { UploadWishes } from './upload-attributes.ts';

/** What has become of an import (api 11.5); instants in microseconds since 1970. */
export interface UrlImport {
  readonly token: string;
  readonly url: string;
  readonly wishes: UploadWishes;
  readonly fileName: string | null;
  /** When the token can be seen, when fetching starts, and when it ends. */
  readonly visibleAt: number;
  readonly startsAt: number;
  readonly endsAt: number;
  /** Bytes to fetch; null where the server does not tell. */
  readonly total: number | null;
  readonly size: number;
  /** Whether the URL is remembered once it gave a file. */
  readonly isUrlSaved: boolean;
  readonly end: ImportEnd | null;
}

/** How an import ended: a file, or why not. */
export type ImportEnd =
  | { readonly kind: 'success'; readonly uuid: string }
  | { readonly kind: 'error'; readonly words: string; readonly code: string };

/** Where an import stands at a moment. */
export type ImportStatus =
  | { readonly kind: 'unknown' | 'waiting' }
  | { readonly kind: 'progress'; readonly done: number; readonly total: number | null }
  | ImportEnd;

/** The imports of a project and the URLs it remembers. */
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

  /** Remembers which file a URL gave (`save_URL_duplicates`). */
  saveUrl(url: string, uuid: string): void {
    this.#savedUrls.set(url, uuid);
  }

  /** The file a remembered URL gave (`check_URL_duplicates`). */
  savedFile(url: string): string | undefined {
    return this.#savedUrls.get(url);
  }

  savedUrls(): (readonly [url: string, uuid: string])[] {
    return [...this.#savedUrls];
  }
}

/** Where an import stands at `now`. */
export function importStatusAt(entry: UrlImport, now: number): ImportStatus {
  if (now < entry.visibleAt) return { kind: 'unknown' };
  if (entry.end !== null) return entry.end;
  if (now < entry.startsAt) return { kind: 'waiting' };
  const share = (now - entry.startsAt) / Math.max(1, entry.endsAt - entry.startsAt);
  const done = Math.floor(entry.size * Math.min(1, share));
  return { kind: 'progress', done, total: entry.total };
}
