import { ClassifiedError } from '../core/failure.ts';
import { type FileUuid, isFileUuid } from '../core/file-uuid.ts';
import type { JsonObject } from '../core/json.ts';
import type { ApiRequest, Send, SendPermit } from '../transport/send.ts';
import { type AddonStatus, parseAddonExecution, parseAddonStatus } from './wire/addon-answer.ts';

/** Options of remove_bg. An absent option has the service's default (api 8.1). */
interface RemoveBgParams {
  readonly crop?: boolean;
  /** `30px` or `10%`; one, two or four values. */
  readonly cropMargin?: string;
  /** `80%` or `original`. */
  readonly scale?: string;
  readonly addShadow?: boolean;
  readonly typeLevel?: 'none' | '1' | '2' | 'latest';
  readonly type?: 'auto' | 'person' | 'product' | 'car';
  readonly semitransparency?: boolean;
  readonly channels?: 'rgba' | 'alpha';
  /** `x1 y1 x2 y2`, in px or %. */
  readonly roi?: string;
  /** `center`, `original`, or one or two percentages. */
  readonly position?: string;
}

/** An add-on and its options. */
export type AddonCall =
  | {
      readonly name: 'uc_clamav_virus_scan';
      readonly params?: { readonly purgeInfected?: boolean };
    }
  | { readonly name: 'remove_bg'; readonly params?: RemoveBgParams }
  | { readonly name: 'aws_rekognition_detect_labels'; readonly params?: undefined }
  | { readonly name: 'aws_rekognition_detect_moderation_labels'; readonly params?: undefined };

/** The service's names of the add-ons. */
type AddonName = AddonCall['name'];

/** A started add-on run. */
interface AddonExecution {
  readonly requestId: string;
  /**
   * `header`: the body was lost. The id may only be that of the HTTP request, so an `unknown`
   * status for it proves nothing.
   */
  readonly origin: 'body' | 'header';
}

/** `/addons/` (api 8). */
export interface AddonsApi {
  /**
   * Starts a run. A repeat during a run fails as `concurrent`. A repeat after its end starts
   * another run, and remove_bg is billed again.
   */
  execute(call: AddonCall, target: FileUuid, permit: SendPermit): Promise<AddonExecution>;
  status(name: AddonName, requestId: string, signal: AbortSignal): Promise<AddonStatus>;
}

/** Makes the add-on endpoints for one transport. */
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
 * The id of a started run from the header, if the answer was a success and only its body was lost.
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
