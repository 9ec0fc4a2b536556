import { isFileUuid } from '../core/file-uuid.ts';
import { isGroupId } from '../core/group-id.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import type { SeenFile } from '../ledger/evidence-table.ts';
import type { LedgerReader } from '../ledger/ledger-reader.ts';
import type { RunItem } from '../ledger/run-items.ts';
import { cdnUrl } from '../report/cdn-hosts.ts';
import { listThings, type MadeThing } from '../report/new-things.ts';
import type { ReportedStep } from '../report/run-items.ts';
import { createReportedStep } from '../state/read-reported-run.ts';
import type { storedJob } from '../state/stored-job.ts';
import type { ItemEntry } from './shapes.ts';

type StoredJob = ReturnType<typeof storedJob>;

/** Scales a picture down. The CDN makes a picture that every browser shows, also of a TIFF. */
const PREVIEW = '-/preview/640x640/';
/** Formats of `convert/document` that are pictures. */
const PICTURE_FORMATS = ['avif', 'bmp', 'enhanced.jpg', 'gif', 'jpg', 'png', 'tiff', 'webp'];
const PICTURE_NAME = /\.(avif|bmp|gif|heic|heif|jpe?g|png|svg|tiff?|webp)$/i;
/** A host as a ledger stores it: with its scheme only if that is HTTP. */
const HOST = /^(https?:\/\/)?[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::\d{1,5})?$/i;

/** Finds the pictures of the items of a run. */
export class Pictures {
  /** The steps that turn every file into a picture, or that make thumbnails. */
  readonly makers: readonly number[];
  readonly #steps: readonly ReportedStep[];
  readonly #host: string | null;
  readonly #reader: LedgerReader;
  #page: { readonly no: number; readonly files: ReadonlyMap<string, SeenFile> } = {
    no: 0,
    files: new Map(),
  };

  constructor({ steps, source }: StoredJob, reader: LedgerReader) {
    this.#reader = reader;
    const hosts = reader.cdnHosts();
    this.#host = hosts.get(source.project ?? '') ?? null;
    this.#steps = steps.map((step) => createReportedStep(step, steps, hosts));
    this.makers = steps.flatMap((step, index) => (makesPictures(step) ? [index] : []));
  }

  /** The name of an item's file, and the URLs of its pictures before and after the run. */
  of(item: RunItem): Pick<ItemEntry, 'name' | 'before' | 'after'> {
    const { key, details, page } = item.record;
    const stored = details?.['file'];
    const facts = isJsonObject(stored) ? stored : this.#listedFacts(key, page);
    const name = typeof facts?.['filename'] === 'string' ? facts['filename'] : null;
    const isPicture = mayBePicture(facts);
    return {
      name,
      before: isFileUuid(key) && isPicture ? pictureUrl(this.#host, key) : null,
      after: this.#after(item, isPicture),
    };
  }

  /** The URL of the last picture that the steps of an item made; null if there is none. */
  #after(item: RunItem, isPicture: boolean): string | null {
    const key = item.record.key.toLowerCase();
    const pictures = [...listThings(this.#steps, item)].flatMap((thing) => {
      const { step, id } = thing;
      const isOther = id.toLowerCase() !== key;
      if (!isOther || !this.#showsPicture(thing, item, isPicture)) return [];
      return { host: step.cdnHost, path: isGroupId(id) ? `${id}/nth/0` : id };
    });
    const last = pictures.at(-1);
    return last === undefined ? null : pictureUrl(last.host, last.path);
  }

  #showsPicture({ step, place, kind, id }: MadeThing, item: RunItem, isPicture: boolean): boolean {
    if (kind === 'thumbnails' || kind === 'group')
      return this.makers.includes(place) && isGroupId(id);
    if (kind !== 'file' || step.uses === 'convert/video' || !isFileUuid(id)) return false;
    return this.makers.includes(place) || keepsPicture(step, item, isPicture);
  }

  /** The facts of a file that the run kept as evidence; null if there are none. */
  #listedFacts(key: string, page: number): JsonObject | null {
    const facts = this.#filesOf(page).get(key)?.facts;
    if (facts === undefined) return null;
    const { filename, mimeType, isImage } = facts;
    return { filename, mimeType, isImage };
  }

  #filesOf(no: number): ReadonlyMap<string, SeenFile> {
    if (this.#page.no !== no) this.#page = { no, files: this.#reader.evidence.filesOf(no) };
    return this.#page.files;
  }
}

/** The URL of the picture of a file in the default project of a run; null if the file is no picture. */
export function filePicture(
  reader: LedgerReader,
  { uuid, mimeType }: { readonly uuid: string; readonly mimeType: string | null },
): string | null {
  const host = reader.cdnHosts().get('') ?? null;
  return mayBePicture({ mimeType }) ? pictureUrl(host, uuid) : null;
}

/** The origins that serve pictures of a run, for the rules of a page. */
export function pictureOrigins(reader: LedgerReader): string[] {
  return [...reader.cdnHosts().values()].flatMap((host) => {
    if (!HOST.test(host)) return [];
    return host.includes('://') ? host : `https://${host}`;
  });
}

/** The URL of a small picture; null if the host is unknown or is not one. */
function pictureUrl(host: string | null, path: string): string | null {
  if (host === null || !HOST.test(host)) return null;
  return `${cdnUrl(host, path)}${PREVIEW}`;
}

function makesPictures(step: StoredJob['steps'][number]): boolean {
  if (step.uses === 'convert/document') return PICTURE_FORMATS.includes(step.with.format);
  return step.uses === 'addon/remove_bg' || step.uses === 'convert/video';
}

/** True if the file that a step made is a picture because the item is one. */
function keepsPicture(
  { uses }: ReportedStep,
  { record: { key } }: RunItem,
  isPicture: boolean,
): boolean {
  if (uses === 'copy-local') return isPicture;
  if (uses !== 'upload' && uses !== 'import-url') return false;
  return isFileUuid(key) ? isPicture : PICTURE_NAME.test(key.replace(/[?#].*$/s, ''));
}

/** False if the file is certainly no picture. */
function mayBePicture(facts: JsonObject | null): boolean {
  const { isImage, mimeType } = facts ?? {};
  if (typeof isImage === 'boolean') return isImage;
  return typeof mimeType === 'string' ? mimeType.startsWith('image/') : true;
}
