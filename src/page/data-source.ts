import type {
  ControlRequest,
  DoubtPage,
  GalleryPage,
  ItemsPage,
  ItemsQuery,
  ResolveRequest,
  RunPage,
  RunsPage,
} from '../page-data/shapes.ts';

/** Receives data that changes, and the state of the connection to the server. */
export interface Follower<Page> {
  show(page: Page): void;
  /** Called with false when the server can't be reached, and with true when it answers again. */
  connected(isConnected: boolean): void;
  /** Called with the reason if the data can't be read, such as a damaged ledger. */
  problem(text: string): void;
}

/** The commands of a page for a run, with the requests that they need. */
export interface Commands {
  readonly control: ControlRequest;
  readonly resolve: ResolveRequest;
}

/** The origin of the data of a page: its server, or the file that contains the page. */
export interface DataSource {
  /** True if data changes while the page is open. */
  readonly isLive: boolean;
  readonly canControl: boolean;
  /** The only run of the page; null if it shows all runs. */
  readonly onlyRun: string | null;
  /** Time at which the report was written, and the version of ucbulk; null for a live page. */
  readonly written: { readonly at: number; readonly version: string } | null;
  /** Calls the follower for each change. Returns a function that ends this. */
  followRuns(follower: Follower<RunsPage>): () => void;
  followRun(run: string, follower: Follower<RunPage>): () => void;
  items(run: string, query: ItemsQuery): Promise<ItemsPage>;
  gallery(run: string, after: string | null): Promise<GalleryPage>;
  doubt(run: string, key: string): Promise<DoubtPage>;
  /** Sends a command. Returns the answer for the person who gave it. */
  send<Name extends keyof Commands>(run: string, name: Name, body: Commands[Name]): Promise<string>;
  /**
   * The URL from which a picture of the CDN is shown, scaled down to a width; null if the page may not or can't
   * show it.
   */
  picture(url: string, width: number): string | null;
}
