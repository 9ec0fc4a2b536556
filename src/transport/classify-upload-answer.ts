import type { ClassifiedError } from '../core/failure.ts';
import type { JsonValue } from '../core/json.ts';
import type { WireResponse } from '../core/world.ts';
import { jsonIn, printableDetail } from './answer-detail.ts';
import { failureFrom, verdictByStatus, WRONG_API } from './answer-verdict.ts';
import type { ApiRequest } from './send.ts';
import { uploadVerdict } from './upload-error-codes.ts';

interface UploadError {
  readonly status: number;
  readonly code: string | null;
  readonly text: string | null;
}

/**
 * What is wrong with an answer of the Upload API; null where nothing is. Asked for JSON errors, it
 * answers 200 and an `error` object; else a status and plain text (contract 11.1).
 */
export function classifyUploadAnswer(
  request: ApiRequest,
  answer: WireResponse,
  serverNow: number,
): ClassifiedError | null {
  const error = errorIn(answer);
  if (error === null) return null;
  const { status, code, text } = error;
  const isNoApi = status === 404 && text === null;
  const verdict = uploadVerdict(code, text) ?? (isNoApi ? WRONG_API : verdictByStatus(status));
  const named = code === null || verdict.code !== undefined ? verdict : { ...verdict, code };
  return failureFrom(request, { answer, status, verdict: named, detail: text, serverNow });
}

function errorIn(answer: WireResponse): UploadError | null {
  const isOk = answer.status >= 200 && answer.status <= 299;
  const told = jsonError(answer.body);
  if (told !== null) return { ...told, status: told.status ?? (isOk ? 400 : answer.status) };
  if (isOk) return null;
  const isHtml = /html/i.test(answer.headers['content-type'] ?? '') || /^\s*</.test(answer.body);
  const text = isHtml || answer.body === '' ? null : printableDetail(answer.body);
  return { status: answer.status, code: null, text };
}

type ToldError = Omit<UploadError, 'status'> & { readonly status: number | null };

/** `{"error":{"content","status_code","error_code"}}`; a status answer's `error` is a text, and none of ours. */
function jsonError(body: string): ToldError | null {
  if (!body.includes('"error"')) return null; // nothing is parsed twice without need
  const parsed = jsonIn(body);
  if (!isBlock(parsed) || !isBlock(parsed['error'])) return null;
  const { content, status_code: status, error_code: code } = parsed['error'];
  return {
    status: Number.isInteger(status) ? Number(status) : null,
    code: typeof code === 'string' ? printableDetail(code).slice(0, 64) : null,
    text: typeof content === 'string' ? printableDetail(content) : null,
  };
}

function isBlock(value: JsonValue | undefined): value is { [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
