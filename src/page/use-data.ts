import { useEffect, useState } from 'preact/hooks';
import type { RunPage, RunsPage } from '../page-data/shapes.ts';
import type { DataSource, Follower } from './data-source.ts';

/** Data that changes, and its connection to the server. */
export interface Followed<Page> {
  readonly page: Page | null;
  /** Since when the server does not answer; null if it does. */
  readonly lostSince: number | null;
  /** The reason why the data can't be read; null if it can. */
  readonly problem: string | null;
}

const NOTHING = { page: null, lostSince: null, problem: null };

/** True if the first data has not arrived yet, and nothing is wrong. */
export function isWaiting({ page, lostSince, problem }: Followed<unknown>): boolean {
  return page === null && lostSince === null && problem === null;
}

/** The list of runs, as it changes. */
export function useRuns(source: DataSource): Followed<RunsPage> {
  return useFollowed((follower) => source.followRuns(follower), '');
}

/** A run, as it changes. */
export function useRun(source: DataSource, run: string): Followed<RunPage> {
  return useFollowed((follower) => source.followRun(run, follower), run);
}

function useFollowed<Page>(
  follow: (follower: Follower<Page>) => () => void,
  id: string,
): Followed<Page> {
  const [followed, setFollowed] = useState<Followed<Page>>(NOTHING);
  useEffect(() => {
    setFollowed(NOTHING);
    return follow({
      show: (page) => setFollowed({ ...NOTHING, page }),
      problem: (problem) => setFollowed(({ page }) => ({ page, lostSince: null, problem })),
      connected: (isConnected) =>
        setFollowed((before) => ({
          ...before,
          lostSince: isConnected ? null : (before.lostSince ?? Date.now()),
        })),
    });
  }, [id]);
  return followed;
}

/** The time of the page's data, which continues each second while no new data comes. */
export function useNow(page: { readonly now: number } | null, isLive: boolean): number {
  const [now, setNow] = useState(page?.now ?? 0);
  useEffect(() => {
    if (page === null) return undefined;
    setNow(page.now);
    const start = Date.now();
    const tick = () => setNow(page.now + Date.now() - start);
    const timer = isLive ? setInterval(tick, 1000) : undefined;
    return () => clearInterval(timer);
  }, [page]);
  return now;
}

/** The result of a question to the source: an answer, an error as text, or neither while it is asked. */
export interface Asked<Answer> {
  readonly answer: Answer | null;
  readonly error: string | null;
}

/** Asks the source again whenever the question changes. The earlier answer stays until the new one is there. */
export function useAnswer<Answer>(ask: () => Promise<Answer>, question: string): Asked<Answer> {
  const [asked, setAsked] = useState<Asked<Answer>>({ answer: null, error: null });
  useEffect(() => {
    let isCurrent = true;
    ask().then(
      (answer) => isCurrent && setAsked({ answer, error: null }),
      (error) => isCurrent && setAsked({ answer: null, error: String(error.message) }),
    );
    return () => {
      isCurrent = false;
    };
  }, [question]);
  return asked;
}
