import { ClassifiedError, type FailureFacts } from '../../../src/core/failure.ts';
import type { ApiRequest, ApiResponse, Send, SendPermit } from '../../../src/transport/send.ts';

export const signal = new AbortController().signal;
export const permit: SendPermit = { signal, beforeSend: async () => {} };

/** A `Send` that gives its answers in turn, the last one again and again, and keeps what it was asked. */
export function scriptedSend(...answers: readonly (Partial<ApiResponse> | ClassifiedError)[]) {
  const requests: ApiRequest[] = [];
  const send: Send = async (request) => {
    const answer = answers[Math.min(requests.length, answers.length - 1)] ?? {};
    requests.push(request);
    if (answer instanceof ClassifiedError) throw answer;
    return { status: 200, headers: {}, requestId: undefined, body: null, ...answer };
  };
  return { send, requests };
}

export function failure(facts: Partial<FailureFacts> = {}): ClassifiedError {
  return new ClassifiedError({
    kind: 'permanent',
    effect: 'none',
    code: `http_${facts.status ?? 400}`,
    message: 'test',
    ...facts,
  });
}

export const notFound = failure({ status: 404 });

/** The text of a form, as it goes over the wire. */
export async function formText({ payload }: ApiRequest): Promise<string> {
  const chunks: Uint8Array[] = [];
  const given = payload?.bytes;
  const body = typeof given === 'function' ? await given() : given;
  for await (const chunk of body?.open() ?? []) chunks.push(chunk);
  const text = Buffer.concat(chunks);
  if (text.length !== body?.size) throw new Error('The form has another size than it says');
  return text.toString();
}

/** Fields of a form by name. */
export async function formFields(request: ApiRequest): Promise<Record<string, string>> {
  const text = await formText(request);
  const fields = text.matchAll(
    /name="([^"]*)"(?:; filename="[^"]*"\r\nContent-Type: \S+)?\r\n\r\n([\s\S]*?)\r\n--/g,
  );
  return Object.fromEntries([...fields].map(([, name = '', value = '']) => [name, value]));
}
