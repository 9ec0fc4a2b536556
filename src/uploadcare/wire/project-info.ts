import * as z from 'zod';
import type { ApiResponse } from '../../transport/send.ts';
import { checkAnswer, type RequestInfo } from './check-answer.ts';

/** The project to which the API keys belong. */
export interface ProjectInfo {
  readonly name: string;
  readonly publicKey: string;
  readonly autostore: boolean | null;
}

const projectInfo = z
  .object({
    name: z.string().nullish(),
    pub_key: z.string(),
    autostore_enabled: z.boolean().nullish(),
  })
  .transform(
    (project): ProjectInfo => ({
      name: project.name ?? '',
      publicKey: project.pub_key,
      autostore: project.autostore_enabled ?? null,
    }),
  );

/** Parses the answer to `GET /project/`. */
export function parseProjectInfo(request: RequestInfo, response: ApiResponse): ProjectInfo {
  return checkAnswer(projectInfo, request, response);
}
