import type { FileUuid } from '../core/file-uuid.ts';
import type { ApiRequest, Send, SendPermit } from '../transport/send.ts';
import { comparablePath } from './conversion-path.ts';
import { nullIfMissing } from './null-if-missing.ts';
import {
  type ConversionAnswer,
  type ConversionStatus,
  type DocumentInfo,
  parseConversionAnswer,
  parseConversionStatus,
  parseDocumentInfo,
  type StartedConversion,
} from './wire/conversion-answer.ts';

/** Maximum number of conversions that ucbulk starts with one request. Uploadcare publishes no limit. */
const MAX_CONVERSIONS = 100;

export type ConversionKind = 'document' | 'video';

/** The conversions to start with one request, and their options. */
interface ConversionOptions {
  /** 1 to `MAX_CONVERSIONS` different paths, as `documentPath` and `videoPath` return them. */
  readonly paths: readonly string[];
  /** True to store the converted files permanently. If it is missing, the setting of the project decides. */
  readonly store?: boolean;
  /** For documents only: converts each page to an image, and puts the images into a group of files. */
  readonly saveInGroup?: boolean;
}

/** The result for one path. In the list that `start` returns, a path that the answer does not contain has null. */
export type PathResult =
  | { readonly kind: 'started'; readonly conversion: StartedConversion }
  | { readonly kind: 'problem'; readonly message: string };

/** The endpoints below `/convert/` (docs/uploadcare-api.md 7). */
export interface ConversionApi {
  /**
   * Starts conversions. Returns one result for each path, in the order of the paths. If the same request is
   * sent again, the service converts again, and the user pays again.
   */
  start(
    kind: ConversionKind,
    options: ConversionOptions,
    permit: SendPermit,
  ): Promise<readonly (PathResult | null)[]>;
  /** Returns null if the service does not know the token, or has forgotten it. */
  status(
    kind: ConversionKind,
    token: string,
    signal: AbortSignal,
  ): Promise<ConversionStatus | null>;
  /** Returns null if the project does not contain the file. */
  documentInfo(uuid: FileUuid, signal: AbortSignal): Promise<DocumentInfo | null>;
}

export function createConversionApi(send: Send): ConversionApi {
  return {
    async start(kind, options, permit) {
      const request = startRequest(kind, options, permit);
      const answer = parseConversionAnswer(request, await send(request));
      return matchPaths(options.paths, answer);
    },
    async status(kind, token, signal) {
      const target = `/convert/${kind}/status/${encodeURIComponent(token)}/`;
      const request = { method: 'GET', target, mutates: false, signal } as const;
      const response = await nullIfMissing(send(request));
      return response === null ? null : parseConversionStatus(request, response);
    },
    async documentInfo(uuid, signal) {
      const target = `/convert/document/${uuid}/`;
      const request = { method: 'GET', target, mutates: false, signal } as const;
      const response = await nullIfMissing(send(request));
      return response === null ? null : parseDocumentInfo(request, response);
    },
  };
}

function startRequest(
  kind: ConversionKind,
  { paths, store, saveInGroup }: ConversionOptions,
  permit: SendPermit,
): ApiRequest {
  if (paths.length === 0 || paths.length > MAX_CONVERSIONS) {
    throw new Error(`Expected 1 to ${MAX_CONVERSIONS} paths for one request, got ${paths.length}`);
  }
  return {
    method: 'POST',
    target: `/convert/${kind}/`,
    body: {
      paths: [...paths],
      ...(store === undefined ? {} : { store: String(store) }),
      ...(saveInGroup === undefined ? {} : { save_in_group: saveInGroup ? '1' : '0' }),
    },
    mutates: true,
    ...permit,
  };
}

/**
 * Finds the result of each path in the answer. If there is one path and one result, they belong together,
 * even if the service writes the path differently.
 */
function matchPaths(
  paths: readonly string[],
  { started, problems }: ConversionAnswer,
): (PathResult | null)[] {
  const results = new Map<string, PathResult>();
  for (const [path, message] of problems) {
    results.set(comparablePath(path), { kind: 'problem', message });
  }
  for (const conversion of started) {
    results.set(comparablePath(conversion.source), { kind: 'started', conversion });
  }
  const [only] = results.size === 1 && paths.length === 1 ? results.values() : [];
  return paths.map((path) => results.get(comparablePath(path)) ?? only ?? null);
}
