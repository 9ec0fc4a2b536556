import { refusals } from '../../protocol/rest-refusals.ts';
import { documentFormat, targetFormats } from '../../work/conversion-formats.ts';
import type { ConversionKind } from '../../work/conversion-job.ts';
import type { Answer, Exchange, Handler } from '../exchange.ts';

/** GET /convert/document/status/{token}/ (api 7.2). */
export const documentStatus: Handler = (exchange) => answerStatus(exchange, 'document');

/** GET /convert/video/status/{token}/ (api 7.2). */
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
  // Recorded from v0.6 in 2021. In v0.7, `error` has been first since 2023 (api 7.2).
  const body = exchange.version === '0.6' ? { status, error, result } : { error, status, result };
  return { status: 200, body: JSON.stringify(body) };
}

/** GET /convert/document/{uuid}/: the format of a document and its target formats (api 7.3). */
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
    // Inside `format`; absent if there are none (api 14.4).
    ...(groups.size === 0 ? {} : { converted_groups: Object.fromEntries(groups) }),
  };
  // not recorded: the text of `error`.
  const error = formats.length === 0 ? `The format ${name} can not be converted.` : null;
  return { status: 200, body: JSON.stringify({ error, format }) };
}
