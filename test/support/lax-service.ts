import type { Emulator, EmulatorRequest, EmulatorResponse } from '../../src/emulator/emulator.ts';

/** A file that no project has. The emulator refuses empty batches. */
const NO_FILE = '00000000-0000-4000-8000-000000000000';

/** The reaction of a lax service to a file: it reports a success without an effect, reports a problem, or obeys. */
type Conduct = 'idle' | 'refuse' | 'obey';

/**
 * An emulator that obeys a batch store or a batch delete only the second time for some files: about a quarter of
 * the files are reported as done, and a quarter as a problem.
 */
export function laxAtFirst(emulator: Emulator): Emulator {
  const known = new Set<string>();
  return { ...emulator, handle };

  function handle(request: EmulatorRequest): EmulatorResponse {
    const isBatch = request.target === '/files/storage/' && request.method !== 'GET';
    if (!isBatch) return emulator.handle(request);
    const uuids = JSON.parse(String(request.body)) as string[];
    const by = (conduct: Conduct) => uuids.filter((uuid) => conductFor(uuid) === conduct);
    const [idle, refused] = [by('idle'), by('refuse')];
    if (idle.length + refused.length === 0) return emulator.handle(request);
    const answer = emulator.handle(withFiles(emulator, request, by('obey')));
    if (answer.status !== 200) return answer;
    for (const uuid of [...idle, ...refused]) known.add(uuid);
    return withResults(answer, { idle, refused }, timesOf(emulator, request));
  }

  function conductFor(uuid: string): Conduct {
    if (known.has(uuid)) return 'obey';
    const digit = Number.parseInt(uuid.slice(-1), 16) % 4;
    if (digit === 0) return 'idle';
    return digit === 1 ? 'refuse' : 'obey';
  }
}

function timesOf({ clock }: Emulator, { method }: EmulatorRequest): object {
  const now = new Date(clock.now()).toISOString();
  return method === 'PUT'
    ? { datetime_stored: now, datetime_removed: null }
    : { datetime_stored: null, datetime_removed: now };
}

/** The same request for other files, with another signature. */
function withFiles(
  { projects }: Emulator,
  request: EmulatorRequest,
  uuids: readonly string[],
): EmulatorRequest {
  const [project] = projects;
  if (project === undefined) throw new Error('The emulator has no project');
  const authorization = `Uploadcare.Simple ${project.publicKey}:${project.secretKey}`;
  const body = JSON.stringify(uuids.length === 0 ? [NO_FILE] : uuids);
  return { ...request, headers: { ...request.headers, authorization }, body };
}

function withResults(
  answer: EmulatorResponse,
  { idle, refused }: { readonly idle: readonly string[]; readonly refused: readonly string[] },
  times: object,
): EmulatorResponse {
  const { result, problems } = JSON.parse(String(answer.body));
  delete problems[NO_FILE];
  for (const uuid of refused) problems[uuid] = 'Some problem';
  const files = idle.map((uuid) => ({ uuid, ...times }));
  const body = Buffer.from(
    JSON.stringify({ status: 'ok', result: [...result, ...files], problems }),
  );
  return {
    ...answer,
    headers: { ...answer.headers, 'content-length': String(body.length) },
    body,
  };
}
