import type { Answer, Exchange } from '../exchange.ts';

/**
 * Answers `GET /project/` (docs/uploadcare-api.md 10). The keys have the order that recordings of the real
 * service show.
 */
export function projectInfo({ project }: Exchange): Answer {
  const body = {
    collaborators: project.collaborators,
    name: project.name,
    pub_key: project.publicKey,
    autostore_enabled: project.isAutostored,
  };
  return { status: 200, body: JSON.stringify(body) };
}
