import type { ItemsQuery } from '../page-data/shapes.ts';

/** A view of the page, as named by the part of the address after `#`. */
export type Route =
  | { readonly view: 'runs' }
  | { readonly view: 'run'; readonly run: string }
  | { readonly view: 'items'; readonly run: string; readonly query: ItemsQuery }
  | { readonly view: 'gallery'; readonly run: string; readonly after: string | null };

const QUERY_FIELDS = ['state', 'step', 'reason', 'key', 'after'] as const;

/** Reads the part of the address after `#`. An unknown address leads to the list of runs. */
export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#/, '').split('?', 2);
  const [, place, id = '', view] = path.split('/');
  if (place !== 'run' || id === '') return { view: 'runs' };
  const run = decode(id);
  const fields = new URLSearchParams(search);
  if (view === 'items') return { view, run, query: parseQuery(fields) };
  if (view === 'gallery') return { view, run, after: fields.get('after') };
  return { view: 'run', run };
}

/** The address of the page of a run, or of one of its views. */
export function runLink(run: string, view?: 'items' | 'gallery', query: object = {}): string {
  const fields = Object.entries(query).filter(([, value]) => value != null && value !== '');
  const search = new URLSearchParams(fields as [string, string][]).toString();
  const path = `#/run/${encodeURIComponent(run)}${view === undefined ? '' : `/${view}`}`;
  return search === '' ? path : `${path}?${search}`;
}

function parseQuery(fields: URLSearchParams): ItemsQuery {
  const given = QUERY_FIELDS.map((name) => [name, fields.get(name)]);
  return Object.fromEntries(given.filter(([, value]) => value)) as ItemsQuery;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
