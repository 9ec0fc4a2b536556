import { ClassifiedError } from '../core/failure.ts';
import { type FileUuid, isFileUuid } from '../core/file-uuid.ts';
import type { JsonObject } from '../core/json.ts';
import type { ApiRequest, Send, SendPermit } from '../transport/send.ts';
import { type AddonStatus, parseAddonExecution, parseAddonStatus } from './wire/addon-answer.ts';

/**
 * Options of the add-on `remove_bg`, which removes the background of an image. For a missing option,
 * Uploadcare uses its default (docs/uploadcare-api.md 8.1).
 */
interface RemoveBgParams {
  readonly crop?: boolean;
  /** One, two or four lengths such as `30px` or `10%`. */
  readonly cropMargin?: string;
  /** A percentage such as `80%`, or `original`. */
  readonly scale?: string;
  readonly addShadow?: boolean;
  readonly typeLevel?: 'none' | '1' | '2' | 'latest';
  readonly type?: 'auto' | 'person' | 'product' | 'car';
  readonly semitransparency?: boolean;
  readonly channels?: 'rgba' | 'alpha';
  /** The part of the image to process: `x1 y1 x2 y2` in px or percent. */
  readonly roi?: string;
  /** The position of the subject in the image: `center`, `original`, or one or two percentages. */
  readonly position?: string;
}

/** The name of an add-on and its options. */
export type AddonCall =
  | {
      readonly name: 'uc_clamav_virus_scan';
      readonly params?: { readonly purgeInfected?: boolean };
    }
  | { readonly name: 'remove_bg'; readonly params?: RemoveBgParams }
  | { readonly name: 'aws_rekognition_detect_labels'; readonly params?: undefined }
  | { readonly name: 'aws_rekognition_detect_moderation_labels'; readonly params?: undefined };

/** The name of an add-on, as Uploadcare uses it in URLs. */
type AddonName = AddonCall['name'];

/** An add-on execution that was started. */
interface AddonExecution {
  readonly requestId: string;
  /**
   * Where ucbulk found the request id. `header` means that the body of the answer was lost. The header may
   * contain the id of the HTTP request instead. So if Uploadcare reports the status `unknown` for an id from
   * the header, the add-on may still be running.
   */
  readonly origin: 'body' | 'header';
}

/** The endpoints below `/addons/` (docs/uploadcare-api.md 8). */
export interface AddonsApi {
  /**
   * Starts an add-on on a file. If the same add-on is still running on the file, fails with the code
   * `concurrent`. If an earlier execution has ended, starts another one; for `remove_bg`, the user then pays
   * twice.
   */
  execute(call: AddonCall, target: FileUuid, permit: SendPermit): Promise<AddonExecution>;
  status(name: AddonName, requestId: string, signal: AbortSignal): Promise<AddonStatus>;
}

export function createAddonsApi(send: Send): AddonsApi {
  return {
    execute: (call, target, permit) => execute(send, { call, target }, permit),
    async status(name, requestId, signal) {
      const query = new URLSearchParams({ request_id: requestId });
      const target = `/addons/${name}/execute/status/?${query}`;
      const request = { method: 'GET', target, mutates: false, signal } as const;
      return parseAddonStatus(request, await send(request));
    },
  };
}

async function execute(
  send: Send,
  { call, target }: { readonly call: AddonCall; readonly target: FileUuid },
  permit: SendPermit,
): Promise<AddonExecution> {
  const params = buildParams(call);
  const request: ApiRequest = {
    method: 'POST',
    target: `/addons/${call.name}/execute/`,
    body: { target, ...(params === null ? {} : { params }) },
    mutates: true,
    ...permit,
  };
  try {
    return { requestId: parseAddonExecution(request, await send(request)), origin: 'body' };
  } catch (error) {
    const requestId = requestIdFromHeader(error);
    if (requestId === null) throw error;
    return { requestId, origin: 'header' };
  }
}

/**
 * Returns the request id in the header of an answer, if the service accepted the request and only the body of
 * the answer was lost. Otherwise returns null.
 */
function requestIdFromHeader(error: unknown): string | null {
  if (!(error instanceof ClassifiedError) || error.effect !== 'unknown') return null;
  const { requestId, status } = error;
  const isAccepted = status === undefined || (status >= 200 && status <= 299);
  return isAccepted && requestId !== undefined && isFileUuid(requestId)
    ? requestId.toLowerCase()
    : null;
}

const WIRE_NAMES: Readonly<Record<keyof RemoveBgParams | 'purgeInfected', string>> = {
  purgeInfected: 'purge_infected',
  crop: 'crop',
  cropMargin: 'crop_margin',
  scale: 'scale',
  addShadow: 'add_shadow',
  typeLevel: 'type_level',
  type: 'type',
  semitransparency: 'semitransparency',
  channels: 'channels',
  roi: 'roi',
  position: 'position',
};

function buildParams({ params }: AddonCall): JsonObject | null {
  if (params === undefined) return null;
  const given: Readonly<Record<string, string | boolean | undefined>> = { ...params };
  const wire: JsonObject = {};
  for (const [name, wireName] of Object.entries(WIRE_NAMES)) {
    const value = given[name];
    if (value !== undefined) wire[wireName] = value;
  }
  return Object.keys(wire).length === 0 ? null : wire;
}
