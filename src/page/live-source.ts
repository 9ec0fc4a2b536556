import type { Refusal, Reply, RunPage } from '../page-data/shapes.ts';
import type { DataSource, Follower } from './data-source.ts';
import { scaledPicture } from './picture-url.ts';
import { joinSamples } from './plot-data.ts';

/** How long to wait before the page connects again, if the browser does not do it by itself. */
const RECONNECT_MS = 2000;

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
        connected: follower.connected,
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

/** Follows an event stream. A browser connects again by itself, but not after an answer such as 401. */
function follow<Page>(path: string, follower: Follower<Page>): () => void {
  let stream: EventSource;
  let timer: number | undefined;
  const connect = () => {
    stream = new EventSource(path);
    stream.onopen = () => follower.connected(true);
    stream.onmessage = ({ data }) => follower.show(JSON.parse(data) as Page);
    stream.onerror = () => {
      follower.connected(false);
      if (stream.readyState === EventSource.CLOSED)
        timer = window.setTimeout(connect, RECONNECT_MS);
    };
  };
  connect();
  return () => {
    clearTimeout(timer);
    stream.close();
  };
}
