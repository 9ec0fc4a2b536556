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

/** The service publishes no limit; ucbulk never sends more paths in one request. */
const MAX_CONVERSIONS = 100;

/** The two kinds of conversion. */
export type ConversionKind = 'document' | 'video';

/** The conversions of one request. */
interface ConversionOptions {
  /** 1 to `MAX_CONVERSIONS` unique paths from `documentPath` or `videoPath`. */
  readonly paths: readonly string[];
  /** Default: the project's own setting. */
  readonly store?: boolean;
  /** Documents only: saves the pages as a group of images. */
  readonly saveInGroup?: boolean;
}

/** The result of one path; null if the answer does not name it. */
export type PathResult =
  | { readonly kind: 'started'; readonly conversion: StartedConversion }
  | { readonly kind: 'problem'; readonly message: string };

/** `/convert/` (api 7). */
export interface ConversionApi {
  /**
   * Starts conversions; returns one result per path, in the order of the paths. Every repeat
   * converts again.
   */
  start(
    kind: ConversionKind,
    options: ConversionOptions,
    permit: SendPermit,
  ): Promise<readonly (PathResult | null)[]>;
  /** null if the service does not know the token, or not any more. */
  status(
    kind: ConversionKind,
    token: string,
    signal: AbortSignal,
  ): Promise<ConversionStatus | null>;
  /** null if the project does not have the file. */
  documentInfo(uuid: FileUuid, signal: AbortSignal): Promise<DocumentInfo | null>;
}

/** Makes the conversion endpoints for one transport. */
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
 * Matches results by path. A single result belongs to a single path, whatever spelling the service
 * uses.
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
