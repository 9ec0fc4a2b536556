import { refusals } from '../../protocol/rest-refusals.ts';
import { documentFormat, targetFormats } from '../../work/conversion-formats.ts';
import type { ConversionKind } from '../../work/conversion-job.ts';
import type { Answer, Exchange, Handler } from '../exchange.ts';

/** Answers `GET /convert/document/status/{token}/` (docs/uploadcare-api.md 7.2). */
export const documentStatus: Handler = (exchange) => answerStatus(exchange, 'document');

/** Answers `GET /convert/video/status/{token}/` (docs/uploadcare-api.md 7.2). */
export const videoStatus: Handler = (exchange) => answerStatus(exchange, 'video');

function answerStatus(exchange: Exchange, kind: ConversionKind): Answer {
  const { conversions } = exchange.project;
  const token = exchange.param(0);
  const isToken = /^\d{1,15}$/.test(token);
  const state = isToken ? conversions.state(kind, Number(token), exchange.now) : undefined;
  if (state === undefined) throw refusals.notFound();
  const { uuid, thumbnailsGroup: group } = state;
  const result = { uuid, ...(group === null ? {} : { thumbnails_group_uuid: group }) };
  const { status, error } = state;
  // The order of the keys depends on the version: in recordings of v0.6 from 2021, `status` comes first. In
  // v0.7, `error` has come first since 2023 (docs/uploadcare-api.md 7.2).
  const body = exchange.version === '0.6' ? { status, error, result } : { error, status, result };
  return { status: 200, body: JSON.stringify(body) };
}

/**
 * Answers `GET /convert/document/{uuid}/`: the format of a document, and the formats to which it can be
 * converted (docs/uploadcare-api.md 7.3).
 */
export function documentInfo(exchange: Exchange): Answer {
  const { project } = exchange;
  if (project.deniedConversions.has('document')) throw refusals.conversionDenied('document');
  const ref = exchange.fileOfPath();
  const name = documentFormat(project.files.describe(ref));
  const formats = targetFormats(name);
  const groups = project.conversions.groupsOf(ref);
  const format = {
    name,
    conversion_formats: formats.map((target) => ({ name: target })),
    // `converted_groups` is inside `format`. It is absent if there are no groups (docs/uploadcare-api.md
    // 14.4).
    ...(groups.size === 0 ? {} : { converted_groups: Object.fromEntries(groups) }),
  };
  // The text of `error` is an assumption: no recording of the real service shows it.
  const error = formats.length === 0 ? `The format ${name} can not be converted.` : null;
  return { status: 200, body: JSON.stringify({ error, format }) };
}
