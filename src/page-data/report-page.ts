import type { RunId } from '../core/run.ts';
import type { World } from '../core/world.ts';
import { fetchPictures, pictureUrls } from './fetch-pictures.ts';
import { createPageHtml, readPageAssets } from './page-html.ts';
import { readReportData } from './read-report-data.ts';
import type { ReportData } from './shapes.ts';

/** Maximum size of a report, bytes. */
const MAX_BYTES = 5_000_000;

/** A report as one HTML file, and the number of its pictures. */
export interface ReportPage {
  readonly html: string;
  readonly pictures: {
    /** Number of pictures that the user wanted and that exist. */
    readonly wanted: number;
    readonly embedded: number;
    /** Pictures that the CDN did not deliver, such as those of deleted files. */
    readonly missing: number;
  };
}

/** Writes the report of a run as a page that needs no other file and no network. Null means the newest run. */
export async function createReportPage(
  stateDirectory: string,
  options: {
    readonly run: RunId | null;
    readonly version: string;
    /** Number of items whose pictures are fetched and embedded. */
    readonly thumbnails: number;
    readonly signal: AbortSignal;
  },
  world: World,
): Promise<ReportPage> {
  const assets = await readPageAssets();
  const data = await readReportData(stateDirectory, options, world);
  const write = (report: ReportData) => {
    const start = { mode: 'file', canControl: false, report, gallery: null } as const;
    return createPageHtml(assets, start, { pictures: ['data:'], asks: 'none' }).html;
  };
  const html = write(data);
  const urls = pictureUrls(data.items, options.thumbnails);
  if (urls.length === 0) return { html, pictures: { wanted: 0, embedded: 0, missing: 0 } };
  const maxBytes = MAX_BYTES - Buffer.byteLength(html);
  const { signal } = options;
  const pictures = await fetchPictures(urls, { http: world.http, signal, maxBytes });
  const fetched = Object.values(pictures);
  const missing = fetched.filter((picture) => picture === null).length;
  return {
    html: write({ ...data, pictures }),
    pictures: { wanted: urls.length, embedded: fetched.length - missing, missing },
  };
}
