import { useEffect, useState } from 'preact/hooks';
import type { RunPage, RunsPage } from '../page-data/shapes.ts';
import type { DataSource, Follower } from './data-source.ts';

/** Data that changes, and since when the server does not answer; null if it does. */
export interface Followed<Page> {
  readonly page: Page | null;
  readonly lostSince: number | null;
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
  const [followed, setFollowed] = useState<Followed<Page>>({ page: null, lostSince: null });
  useEffect(() => {
    setFollowed({ page: null, lostSince: null });
    return follow({
      show: (page) => setFollowed({ page, lostSince: null }),
      connected: (isConnected) =>
        setFollowed(({ page, lostSince }) => ({
          page,
          lostSince: isConnected ? null : (lostSince ?? Date.now()),
        })),
    });
  }, [id]);
  return followed;
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
