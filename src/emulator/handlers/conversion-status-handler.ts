import { documentFormat, targetFormats } from '../conversion-formats.ts';
import type { ConversionKind } from '../conversion-job.ts';
import { refusals } from '../error-bodies.ts';
import type { Answer, Exchange, Handler } from '../exchange.ts';

/** GET /convert/document/status/{token}/ (contract 7.2). */
export const documentStatus: Handler = (exchange) => status(exchange, 'document');

/** GET /convert/video/status/{token}/ (contract 7.2). */
export const videoStatus: Handler = (exchange) => status(exchange, 'video');

function status(exchange: Exchange, kind: ConversionKind): Answer {
  const { conversions } = exchange.project;
  const token = exchange.param(0);
  const isToken = /^\d{1,15}$/.test(token);
  const state = isToken ? conversions.state(kind, Number(token), exchange.now) : undefined;
  if (state === undefined) throw refusals.notFound();
  const { uuid, thumbnailsGroup: group } = state;
  const result = { uuid, ...(group === null ? {} : { thumbnails_group_uuid: group }) };
  // The order of 2021; one of 2023 had `error` first (contract 7.2).
  const body = { status: state.status, error: state.error, result };
  return { status: 200, body: JSON.stringify(body) };
}

/** GET /convert/document/{uuid}/: what a document is and can become (contract 7.3). */
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
    // Inside `format`, and absent where there are none (contract 14.4).
    ...(groups.size === 0 ? {} : { converted_groups: Object.fromEntries(groups) }),
  };
  // not recorded: the words of `error`.
  const error = formats.length === 0 ? `The format ${name} can not be converted.` : null;
  return { status: 200, body: JSON.stringify({ error, format }) };
}
