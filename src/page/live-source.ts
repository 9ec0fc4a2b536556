import type { Refusal, Reply, RunPage } from '../page-data/shapes.ts';
import type { DataSource, Follower } from './data-source.ts';
import { scaledPicture } from './picture-url.ts';
import { joinSamples } from './plot-data.ts';

/** How long to wait before the page connects again, if the browser does not do it by itself. */
const RECONNECT_MS = 2000;
/** A connection that is lost for a shorter time is not reported: the server ends old streams, ms. */
const PATIENCE_MS = 2500;

/** Reads data from the server of `ucbulk serve`. */
export function liveSource(canControl: boolean): DataSource {
  return {
    isLive: true,
    canControl,
    onlyRun: null,
    written: null,
    followRuns: (follower) => follow('api/events', follower),
    followRun: (run, follower) => {
      let samples: RunPage['samples'] = [];
      return follow<RunPage>(`api/events/${encodeURIComponent(run)}`, {
        ...follower,
        show(page) {
          samples = joinSamples(samples, page.samples);
          follower.show({ ...page, samples });
        },
      });
    },
    items: (run, query) => ask(runPath(run, 'items', query)),
    gallery: (run, after) => ask(runPath(run, 'gallery', after === null ? {} : { after })),
    doubt: (run, key) => ask(runPath(run, 'doubts', { key })),
    send: async (run, name, body) => {
      const headers = { 'content-type': 'application/json' };
      const request = { method: 'POST', headers, body: JSON.stringify(body) };
      return (await ask<Reply>(runPath(run, name), request)).text;
    },
    picture: scaledPicture,
  };
}

function runPath(run: string, place: string, query: object = {}): string {
  const search = new URLSearchParams(Object.entries(query)).toString();
  return `api/runs/${encodeURIComponent(run)}/${place}${search === '' ? '' : `?${search}`}`;
}

async function ask<Answer>(path: string, request: RequestInit = {}): Promise<Answer> {
  const answer = await fetch(path, request).catch(() => {
    throw new Error('The server of this page does not answer. Start `ucbulk serve` again.');
  });
  const body = await answer.json().catch(() => ({}));
  if (answer.ok) return body as Answer;
  throw new Error((body as Partial<Refusal>).error ?? `The server answered ${answer.status}.`);
}

/**
 * Follows an event stream while the page is visible: a browser has few connections for all its tabs. A browser
 * connects again by itself, but not after an answer such as 401.
 */
function follow<Page>(path: string, follower: Follower<Page>): () => void {
  let stream: EventSource | null = null;
  let reconnect: number | undefined;
  let lost: number | undefined;
  const close = () => {
    clearTimeout(reconnect);
    clearTimeout(lost);
    lost = undefined;
    stream?.close();
    stream = null;
  };
  const open = () => {
    const opened = new EventSource(path);
    stream = opened;
    opened.onopen = () => {
      clearTimeout(lost);
      lost = undefined;
      follower.connected(true);
    };
    opened.onmessage = ({ data }) => follower.show(JSON.parse(data) as Page);
    opened.addEventListener('problem', ({ data }: MessageEvent<string>) =>
      follower.problem((JSON.parse(data) as Refusal).error),
    );
    opened.onerror = () => {
      lost ??= window.setTimeout(() => follower.connected(false), PATIENCE_MS);
      if (opened.readyState === EventSource.CLOSED) {
        reconnect = window.setTimeout(open, RECONNECT_MS);
      }
    };
  };
  const change = () => {
    close();
    if (!document.hidden) open();
  };
  change();
  document.addEventListener('visibilitychange', change);
  return () => {
    document.removeEventListener('visibilitychange', change);
    close();
  };
}
