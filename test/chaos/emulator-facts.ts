import type { AuditEntry, Effect, RepeatedCreation } from '../../src/emulator/emulator.ts';
import { environmentFor } from '../support/spawn-program.ts';

// These functions share no code with the client, so that a fault of the client can't hide itself.

const ALL = 1_000_000_000;
const PAGE = 1000;

interface ListPage {
  readonly next: string | null;
  readonly results: readonly { readonly uuid: string; readonly mime_type: string }[];
}

/** The UUIDs of all files of the project whose type begins with the text. */
export async function listFiles(origin: string, mime: string): Promise<string[]> {
  const keys = environmentFor(origin);
  const headers = {
    Accept: 'application/vnd.uploadcare-v0.7+json',
    Authorization: `Uploadcare.Simple ${keys['UPLOADCARE_PUBLIC_KEY']}:${keys['UPLOADCARE_SECRET_KEY']}`,
  };
  const uuids: string[] = [];
  let next: string | null = `${origin}/files/?limit=${PAGE}`;
  while (next !== null) {
    const { pathname, search } = new URL(next);
    const answer = await fetch(`${origin}${pathname}${search}`, { headers });
    if (!answer.ok) throw new Error(`The emulator answered ${answer.status} to a listing`);
    const page = (await answer.json()) as ListPage;
    for (const { uuid, mime_type } of page.results)
      if (mime_type.startsWith(mime)) uuids.push(uuid);
    next = page.next;
  }
  return uuids;
}

/** The number of changes of each file by the effect, and the number of requests that changed nothing more. */
export async function readEffects(origin: string, effect: Effect) {
  const answer = await fetch(`${origin}/_emulator/audit?operation=${effect}&limit=${ALL}`);
  const changes = new Map<string, number>();
  let repeats = 0;
  for (const line of (await answer.text()).split('\n')) {
    if (line === '') continue;
    const { uuid, changed } = JSON.parse(line) as AuditEntry;
    if (changed) changes.set(uuid, (changes.get(uuid) ?? 0) + 1);
    else repeats += 1;
  }
  return { changes, repeats };
}

/** Uploads of the same bytes with the same name. */
export async function repeatedUploads(origin: string): Promise<readonly RepeatedCreation[]> {
  const answer = await fetch(`${origin}/_emulator/audit/creations`);
  return ((await answer.json()) as { repeated: RepeatedCreation[] }).repeated;
}

/** The number of effects so far. */
export async function countEffects(origin: string, effect: Effect): Promise<number> {
  const answer = await fetch(`${origin}/_emulator/audit/summary`);
  const summary = (await answer.json()) as Partial<Record<Effect, { readonly effects: number }>>;
  return summary[effect]?.effects ?? 0;
}
