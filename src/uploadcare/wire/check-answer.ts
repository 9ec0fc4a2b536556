import type { ZodType } from 'zod';
import { ClassifiedError } from '../../core/failure.ts';
import type { ApiRequest, ApiResponse } from '../../transport/send.ts';

/** The parts of a request that are needed to create an error about its answer. */
export type RequestInfo = Pick<ApiRequest, 'method' | 'target' | 'mutates'>;

/**
 * Checks an answer with a schema. An answer that does not match may come from a proxy, and the request may
 * still have changed something. So this function then throws the same error as for a lost answer.
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
