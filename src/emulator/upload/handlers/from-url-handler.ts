import { UploadRefusal } from '../../protocol/upload-refusal.ts';
import { parseSourceUrl } from '../check-source-url.ts';
import { type FetchedSource, resolveSource } from '../resolve-source.ts';
import type { UploadExchange } from '../upload-exchange.ts';
import { readAttributes } from '../upload-fields.ts';
import { uploadFileInfo } from '../upload-file-json.ts';
import type { UploadProject } from '../upload-project.ts';
import { addArrivedFile } from '../uploaded-file.ts';
import {
  type ImportEnd,
  type ImportStatus,
  importStatusAt,
  type UrlImport,
} from '../url-imports.ts';

/**
 * Answers POST or GET of `/from_url/` (docs/uploadcare-api.md 11.4): starts the import of a URL and returns
 * its token. If the client asked for a check for duplicates and an earlier import of this URL saved its file,
 * returns that file at once.
 */
export function importFromUrl(exchange: UploadExchange): string {
  const upload = exchange.signedProject('pub_key', { operations: 1 });
  const { form, service } = exchange;
  const attributes = readAttributes(form, 'store', upload);
  const url = parseSourceUrl(form.get('source_url'));
  const isChecked = isOn(form.get('check_URL_duplicates'));
  const known = isChecked ? savedFileInfo(upload, url) : undefined;
  if (known !== undefined) return JSON.stringify({ type: 'file_info', ...known });
  const source = resolveSource(service, url, ownOrigins(exchange));
  const save = form.get('save_URL_duplicates');
  const { unknownMs, waitingMs, progressMs } = service.timing;
  // Uses `nowMs`, not a timestamp: timestamps get extra microseconds to make them unique, and the durations
  // of the import would not be exact.
  const begin = Math.floor(exchange.arrival.nowMs * 1000);
  const startsAt = begin + (unknownMs + waitingMs) * 1000;
  const entry: UrlImport = {
    token: upload.project.newUuid(),
    url: url.href,
    attributes,
    fileName: form.get('filename') || null,
    visibleAt: begin + unknownMs * 1000,
    startsAt,
    endsAt: startsAt + (source.takesMs ?? progressMs) * 1000,
    total: source.isLengthUnknown ? null : source.size,
    size: source.size,
    isUrlSaved: save === '' ? isChecked : isOn(save),
    end: null,
  };
  upload.imports.add(entry);
  scheduleImport(exchange, upload, { entry, source });
  return JSON.stringify({ type: 'token', token: entry.token });
}

/**
 * Answers `GET /from_url/status/` (docs/uploadcare-api.md 11.5). It needs no key. An unknown token is not an
 * error: the status is then `unknown`.
 */
export function importStatus(exchange: UploadExchange): string {
  const token = exchange.form.get('token');
  if (token === '') throw new UploadRefusal('TokenRequiredError');
  const found = exchange.service.findImport(token);
  if (found === undefined) return JSON.stringify({ status: 'unknown' });
  exchange.throttle(found.project);
  return statusJson(found.project, importStatusAt(found.entry, exchange.now));
}

function statusJson({ project }: UploadProject, status: ImportStatus): string {
  switch (status.kind) {
    case 'unknown':
    case 'waiting':
      return JSON.stringify({ status: status.kind });
    case 'progress':
      return JSON.stringify({
        status: 'progress',
        done: status.done,
        total: status.total ?? 'unknown',
      });
    case 'error':
      return JSON.stringify({ status: 'error', error: status.message, error_code: status.code });
    case 'success': {
      const ref = project.files.find(status.uuid);
      // The imported file was purged after the import. This answer is an assumption: no recording of the real
      // service shows this case.
      if (ref === undefined) return JSON.stringify({ status: 'unknown' });
      return JSON.stringify({
        ...uploadFileInfo(project.files.describe(ref)),
        status: 'success',
      });
    }
  }
}

function scheduleImport(
  exchange: UploadExchange,
  upload: UploadProject,
  { entry, source }: { readonly entry: UrlImport; readonly source: FetchedSource },
): void {
  const { imports, project } = upload;
  const { fetchAt } = source;
  let fetched = source;
  if (fetchAt !== undefined) {
    project.dueTasks.add(entry.startsAt, (at) => {
      fetched = fetchAt(at);
      imports.begin(entry.token, fetched);
    });
  }
  project.dueTasks.add(entry.endsAt, (at) => {
    imports.finish(entry.token, finishImport(exchange, upload, { entry, source: fetched, at }));
  });
}

function finishImport(
  exchange: UploadExchange,
  upload: UploadProject,
  { entry, source, at }: { entry: UrlImport; source: FetchedSource; at: number },
): ImportEnd {
  if (source.status >= 400) return failed(source.status);
  const { project, settings, imports } = upload;
  const bytes = source.bytes();
  if (bytes.length > settings.fileSizeLimit) {
    const message = `Downloaded file is too big: ${bytes.length} > ${settings.fileSizeLimit}.`;
    return { kind: 'error', message, code: 'DownloadFileSizeLimitExceededError' };
  }
  const { service } = exchange;
  const uuid = project.newUuid();
  service.originals.put(uuid, bytes);
  const ref = addArrivedFile(exchange, upload, {
    uuid,
    name: entry.fileName ?? source.name,
    declaredType: source.mimeType,
    size: bytes.length,
    head: bytes,
    attributes: entry.attributes,
    at,
  });
  exchange.record('import', project.number, { ref, at });
  service.creations.add(
    'import',
    project.publicKey,
    `${importedFrom(entry, source)} ${entry.attributes.metadata}`,
  );
  if (entry.isUrlSaved) imports.saveUrl(entry.url, uuid);
  return { kind: 'success', uuid };
}

// Two presigned URLs of one object differ in their query. They count as the same input.
function importedFrom({ url }: UrlImport, { isPresigned }: FetchedSource): string {
  return isPresigned === true ? (url.split('?', 1)[0] ?? url) : url;
}

// The end of an import after an error of the file's server. The texts are those that the service sends today
// (docs/uploadcare-api.md 11.5). In 2020, the text was `HTTPError: 404` (recording
// `rbnext.upload_upload_invalid`).
function failed(status: number): ImportEnd {
  return status < 500
    ? {
        kind: 'error',
        message: `HTTP client error: ${status}.`,
        code: 'DownloadFileHTTPClientError',
      }
    : {
        kind: 'error',
        message: `HTTP server error: ${status}.`,
        code: 'DownloadFileHTTPServerError',
      };
}

// The addresses of the emulator itself and of every project's CDN. Imports from them read the emulated files.
function ownOrigins(exchange: UploadExchange): string[] {
  return [...exchange.service.projectsByKey.keys()].flatMap((publicKey) =>
    Object.values(exchange.originsOf({ publicKey })),
  );
}

// Returns the file that an earlier import of the URL saved. Assumption: if this file was removed or purged,
// the service imports the URL again. No recording of the real service shows this case.
function savedFileInfo({ project, imports }: UploadProject, url: URL): object | undefined {
  const ref = project.files.find(imports.savedFile(url.href) ?? '');
  const file = ref === undefined ? undefined : project.files.describe(ref);
  return file === undefined || file.removedAt !== null ? undefined : uploadFileInfo(file);
}

function isOn(value: string): boolean {
  return value === '1' || value === 'true';
}
