import { useState } from 'preact/hooks';
import type { DataSource } from './data-source.ts';

/** A picture of the CDN, or words in its place: a deleted file, or a picture that is not to be loaded. */
export function Picture(props: {
  readonly url: string | null;
  readonly alt: string;
  readonly width: number;
  readonly source: DataSource;
}) {
  const { url, alt, width, source } = props;
  const [failed, setFailed] = useState<string | null>(null);
  const shown = url === null ? null : source.picture(url, width);
  if (url === null || shown === null) return <span class="no-picture">no picture</span>;
  if (failed === url) {
    return (
      <span class="no-picture">
        not available
        <br />
        deleted, or not a picture
      </span>
    );
  }
  return (
    <img
      src={shown}
      alt={alt}
      loading="lazy"
      decoding="async"
      referrerpolicy="no-referrer"
      onError={() => setFailed(url)}
    />
  );
}
