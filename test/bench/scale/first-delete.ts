import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const PROJECT = {
  collaborators: [],
  name: 'bench',
  pub_key: 'demopublickey',
  autostore_enabled: true,
};

/** A service that answers only the request for the project, and waits for the first delete. */
export interface FirstDelete {
  readonly origin: string;
  /** Resolves when a delete arrives. The service never answers it. */
  next(): Promise<void>;
  close(): void;
}

export async function listenForDelete(): Promise<FirstDelete> {
  let onDelete = () => {};
  const server = createServer((request, response) => {
    request.resume();
    if (request.method === 'DELETE') onDelete();
    else response.setHeader('content-type', 'application/json').end(JSON.stringify(PROJECT));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    next: () =>
      new Promise((resolve) => {
        onDelete = resolve;
      }),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
