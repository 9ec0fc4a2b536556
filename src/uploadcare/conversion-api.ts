import type { FileUuid } from '../core/file-uuid.ts';
import type { ApiRequest, Send, SendPermit } from '../transport/send.ts';
import { comparablePath } from './conversion-path.ts';
import { orMissing } from './or-missing.ts';
import {
  type ConversionAnswer,
  type ConversionStatus,
  type DocumentInfo,
  parseConversionAnswer,
  parseConversionStatus,
  parseDocumentInfo,
  type StartedConversion,
} from './wire/conversion-answer.ts';

/** No limit is published: more paths are never sent in one request. */
const MAX_CONVERSIONS = 100;

/** The two kinds of conversion. */
export type ConversionKind = 'document' | 'video';

/** What is to be converted in one request. */
interface ConversionOptions {
  /** 1 to `MAX_CONVERSIONS` unique paths, by `documentPath` or `videoPath`. */
  readonly paths: readonly string[];
  /** Absent: as the project stores by itself. */
  readonly store?: boolean;
  /** Documents only: the pages as a group of images. */
  readonly saveInGroup?: boolean;
}

/** What became of one path; null where the answer does not name it. */
export type PathResult =
  | { readonly kind: 'started'; readonly conversion: StartedConversion }
  | { readonly kind: 'problem'; readonly message: string };

/** `/convert/` (api 7). */
export interface ConversionApi {
  /** One result a path, in the order of the paths. Every repeat converts again. */
  start(
    kind: ConversionKind,
    options: ConversionOptions,
    permit: SendPermit,
  ): Promise<readonly (PathResult | null)[]>;
  /** null where the service knows no such token (any more). */
  status(
    kind: ConversionKind,
    token: string,
    signal: AbortSignal,
  ): Promise<ConversionStatus | null>;
  /** null where the project has no such file. */
  documentInfo(uuid: FileUuid, signal: AbortSignal): Promise<DocumentInfo | null>;
}

/** The conversion endpoints over one transport. */
export function createConversionApi(send: Send): ConversionApi {
  return {
    async start(kind, options, permit) {
      const request = startRequest(kind, options, permit);
      const answer = parseConversionAnswer(request, await send(request));
      return matchPaths(options.paths, answer);
    },
    async status(kind, token, signal) {
      const target = `/convert/${kind}/status/${encodeURIComponent(token)}/`;
      const request = { method: 'GET', target, mutates: false, signal, lane: 'poll' } as const;
      const response = await orMissing(send(request));
      return response === null ? null : parseConversionStatus(request, response);
    },
    async documentInfo(uuid, signal) {
      const target = `/convert/document/${uuid}/`;
      const request = { method: 'GET', target, mutates: false, signal, lane: 'probe' } as const;
      const response = await orMissing(send(request));
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
    lane: 'mutate',
    ...permit,
  };
}

/** By the path; a lone result belongs to a lone path, however the service writes it. */
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
