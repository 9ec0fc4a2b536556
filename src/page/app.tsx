import { useEffect, useState } from 'preact/hooks';
import type { GalleryData } from '../page-data/shapes.ts';
import type { DataSource } from './data-source.ts';
import { formatInstant } from './format.ts';
import { GalleryView } from './gallery-view.tsx';
import { parseRoute, type Route } from './route.ts';
import { RunFrame } from './run-frame.tsx';
import { RunsView } from './runs-view.tsx';

interface AppProps {
  readonly source: DataSource;
  readonly gallery: GalleryData | null;
}

/** The page: chooses the view by the part of the address after `#`. */
export function App({ source, gallery }: AppProps) {
  const route = useRoute();
  const { written } = source;
  return (
    <>
      <main>
        {gallery === null ? (
          <View route={route} source={source} />
        ) : (
          <Folder gallery={gallery} route={route} source={source} />
        )}
      </main>
      <footer>
        {written && `Written by ucbulk ${written.version} at ${formatInstant(written.at)}. `}
        {`Times are in the zone of this computer, ${Intl.DateTimeFormat().resolvedOptions().timeZone}.`}
      </footer>
    </>
  );
}

function View({ route, source }: { readonly route: Route; readonly source: DataSource }) {
  const run = route.view === 'runs' ? source.onlyRun : route.run;
  if (run === null) return <RunsView source={source} />;
  return <RunFrame key={run} run={run} route={route} source={source} />;
}

function Folder(props: AppProps & { readonly gallery: GalleryData; readonly route: Route }) {
  const { gallery, route, source } = props;
  const after = route.view === 'gallery' ? route.after : null;
  return (
    <>
      <header class="top">
        <h1>{gallery.jobName}</h1>
        <p class="facts">
          <code>{gallery.run}</code>
          <span>written {formatInstant(gallery.writtenAt)}</span>
        </p>
      </header>
      <GalleryView run={gallery.run} after={after} source={source} count={gallery.count} />
    </>
  );
}

function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const change = () => {
      setHash(location.hash);
      scrollTo(0, 0);
    };
    addEventListener('hashchange', change);
    return () => removeEventListener('hashchange', change);
  }, []);
  return parseRoute(hash);
}
