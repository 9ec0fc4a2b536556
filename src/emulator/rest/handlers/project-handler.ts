import type { Answer, Exchange } from '../exchange.ts';

/** GET /project/ in the recorded key order (api 10). */
export function projectInfo({ project }: Exchange): Answer {
  const body = {
    collaborators: project.collaborators,
    name: project.name,
    pub_key: project.publicKey,
    autostore_enabled: project.isAutostored,
  };
  return { status: 200, body: JSON.stringify(body) };
}
