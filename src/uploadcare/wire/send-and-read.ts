import type { JsonValue } from '../../core/json.ts';
import type { ApiRequest, ApiResponse, DecodeText, Send } from '../../transport/send.ts';

/** The two ways to read an answer. */
interface AnswerReaders<Answer> {
  /** Reads an answer that is as expected; null for any other. */
  readonly read: (answer: JsonValue, decode: DecodeText) => Answer | null;
  /** Checks an answer with a schema. Throws a `ClassifiedError` if it does not match. */
  readonly parse: (request: ApiRequest, response: ApiResponse) => Answer;
}

/** Sends a request with a large answer, which is read without decoding all of it. */
export async function sendAndRead<Answer>(
  send: Send,
  request: ApiRequest,
  { read, parse }: AnswerReaders<Answer>,
): Promise<Answer> {
  const found: { answer: Answer | null } = { answer: null };
  const response = await send({
    ...request,
    readAnswer: (answer, decode) => {
      found.answer = read(answer, decode);
      return found.answer !== null;
    },
  });
  return found.answer ?? parse(request, response);
}
