import type { ZodType } from 'zod';
import { ClassifiedError } from '../../core/failure.ts';
import type { ApiRequest, ApiResponse } from '../../transport/send.ts';

/** The parts of a request that failures mention. */
export type RequestInfo = Pick<ApiRequest, 'method' | 'target' | 'mutates'>;

/**
 * Parses an answer with its schema. An answer that does not fit counts as lost: it may come from a
 * proxy, and the request may have had its effect.
 */
export function checkAnswer<Shape>(
  schema: ZodType<Shape>,
  request: RequestInfo,
  response: ApiResponse,
): Shape {
  const parsed = schema.safeParse(response.body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.map(String).join('.') || 'the answer';
  const path = request.target.split('?')[0];
  throw new ClassifiedError({
    kind: 'transient',
    effect: request.mutates ? 'unknown' : 'none',
    code: 'bad_answer',
    message: `${response.status} on ${request.method} ${path}: \`${field}\` has an unexpected value (${issue?.message})`,
    status: response.status,
    ...(response.requestId === undefined ? {} : { requestId: response.requestId }),
    cause: parsed.error,
  });
}
