import { isJsonObject } from '../core/json.ts';

/** The version of the format of inventory files. Another version is refused. */
export const INVENTORY_FORMAT = 1;

/**
 * The first line of an inventory file. For each page of the listing, a line with a `PageHead` and the files of
 * the page follow. The last line is an `InventoryEnd`.
 */
export interface InventoryHeader {
  readonly ucbulk: 'inventory';
  readonly format: typeof INVENTORY_FORMAT;
  /** The version of ucbulk that made the inventory. */
  readonly tool: string;
  /** Time at which the listing began, by the machine's clock, RFC 3339. */
  readonly listedAt: string;
  /** Public key of the project. */
  readonly project: string;
  readonly restOrigin: string;
}

/** The line before the files of a page. */
export interface PageHead {
  /** The cursor with which the service lists this page again; null for the first page. */
  readonly cursor: string | null;
  /** Number of files. */
  readonly files: number;
  /** Number of compressed bytes that follow. */
  readonly bytes: number;
}

/** The last line of an inventory file. */
export interface InventoryEnd {
  readonly files: number;
  readonly pages: number;
  /** Hash of all bytes before this line. */
  readonly sha256: string;
}

/** Parses the line before a page; null if it is another line. */
export function parsePageHead(line: string): PageHead | null {
  const value = parseLine(line);
  if (!isJsonObject(value)) return null;
  const { cursor, files, bytes } = value;
  const isHead = isCount(files) && isCount(bytes) && (cursor === null || isText(cursor));
  return isHead ? { cursor, files, bytes } : null;
}

/** Parses the last line; null if it is another line. */
export function parseEnd(line: string): InventoryEnd | null {
  const value = parseLine(line);
  if (!isJsonObject(value)) return null;
  const { files, pages, sha256 } = value;
  return isCount(files) && isCount(pages) && isText(sha256) ? { files, pages, sha256 } : null;
}

/** Parses a line of JSON; null if it is not JSON. */
export function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
