import { useEffect, useRef, useState } from 'preact/hooks';
import { formatCount, formatCounted } from '../core/counted.ts';
import type { ItemEntry } from '../page-data/shapes.ts';
import type { DataSource } from './data-source.ts';
import { type Mark, marksCsv, parseMarks, toggleMark } from './marks.ts';
import { Empty, Text } from './parts.tsx';
import { Picture } from './picture.tsx';
import { originalPicture } from './picture-url.ts';
import { runLink } from './route.ts';
import { useAnswer } from './use-data.ts';
import { visibleText } from './visible-text.ts';

interface GalleryProps {
  readonly run: string;
  readonly after: string | null;
  readonly source: DataSource;
  /** Number of pairs; null if it is unknown. */
  readonly count: number | null;
}

const WIDTH = 320;
const GROUNDS = ['checkerboard', 'white', 'black'] as const;

/** Pairs of pictures before and after the run, to judge them one after the other. */
export function GalleryView({ run, after, source, count }: GalleryProps) {
  const { answer, error } = useAnswer(() => source.gallery(run, after), `${run} ${after}`);
  const { marks, toggle } = useMarks(run);
  const [ground, setGround] = useState<(typeof GROUNDS)[number]>('checkerboard');
  const pairs = answer?.pairs ?? [];
  const list = usePairKeys(pairs, toggle);
  return (
    <section class="gallery">
      <div class="card filters">
        <h2 class="hidden">Gallery</h2>
        {count !== null && <span>{formatCounted(count, 'picture')}</span>}
        <label>
          background
          <select
            value={ground}
            onChange={({ currentTarget }) => setGround(currentTarget.value as typeof ground)}
          >
            {GROUNDS.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <span class="mute keys">
          <kbd>←</kbd> <kbd>→</kbd> previous, next · <kbd>b</kbd> bad
        </span>
        <span class="push">{`${formatCount(marks.length)} marked bad`}</span>
        <button type="button" disabled={marks.length === 0} onClick={() => saveMarks(run, marks)}>
          Save their list
        </button>
      </div>
      {error !== null && (
        <p class="notice bad" role="alert">
          {error}
        </p>
      )}
      {answer === null && error === null && <Empty>Reading the pictures …</Empty>}
      {answer?.pairs.length === 0 && <Empty>This run has made no pictures so far.</Empty>}
      <ol class={`pairs ${ground}`} ref={list}>
        {pairs.map((item) => (
          <Pair
            key={item.key}
            item={item}
            source={source}
            isBad={marks.some(({ key }) => key === item.key)}
            toggle={() => toggle(item)}
          />
        ))}
      </ol>
      <p class="pages">
        {after !== null && <a href={runLink(run, 'gallery')}>First page</a>}
        {answer?.next != null && (
          <a class="button" href={runLink(run, 'gallery', { after: answer.next })}>
            Next pictures
          </a>
        )}
      </p>
    </section>
  );
}

function Pair(props: {
  readonly item: ItemEntry;
  readonly source: DataSource;
  readonly isBad: boolean;
  toggle(): void;
}) {
  const { item, source, isBad, toggle } = props;
  const { key, name, before, after } = item;
  const title = visibleText(name ?? key);
  return (
    <li class={`card ${isBad ? 'bad' : ''}`}>
      <figure>
        <div class="frame">
          <Picture url={before} alt={`${title}, before`} width={WIDTH} source={source} />
        </div>
        <figcaption>before</figcaption>
      </figure>
      <figure>
        <div class="frame">
          <Picture url={after} alt={`${title}, after`} width={WIDTH} source={source} />
        </div>
        <figcaption>after</figcaption>
      </figure>
      <div class="about">
        {name !== null && (
          <b>
            <Text of={name} />
          </b>
        )}
        <code>
          <Text of={key} />
        </code>
        <p class="facts">
          {before !== null && (
            <a href={originalPicture(before)} target="_blank" rel="noreferrer">
              Original
            </a>
          )}
          {after !== null && (
            <a href={originalPicture(after)} target="_blank" rel="noreferrer">
              Result
            </a>
          )}
        </p>
        <button type="button" class="mark" aria-pressed={isBad} onClick={toggle}>
          {isBad ? 'Marked bad' : 'Mark bad'}
        </button>
      </div>
    </li>
  );
}

/** The marks of a run. The browser keeps them, also after the page is closed. */
function useMarks(run: string) {
  const name = `ucbulk bad ${run}`;
  const [marks, setMarks] = useState(() => parseMarks(localStorage.getItem(name)));
  const toggle = ({ key, name: file, after }: ItemEntry) => {
    setMarks((before) => {
      const changed = toggleMark(before, { key, name: file, picture: after });
      localStorage.setItem(name, JSON.stringify(changed));
      return changed;
    });
  };
  return { marks, toggle };
}

/** Moves the focus from pair to pair with ← and →, and marks with b. */
function usePairKeys(pairs: readonly ItemEntry[], toggle: (item: ItemEntry) => void) {
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (isForField(event)) return;
      const buttons = [...(list.current?.querySelectorAll<HTMLElement>('.mark') ?? [])];
      const now = buttons.indexOf(document.activeElement as HTMLElement);
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (event.key === 'b' && pairs[now] !== undefined) toggle(pairs[now]);
      if (step === undefined) return;
      event.preventDefault();
      const next = buttons[Math.min(buttons.length - 1, Math.max(0, now + step))];
      next?.focus({ preventScroll: true });
      next?.closest('li')?.scrollIntoView({ block: 'center' });
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [pairs]);
  return list;
}

/** True if a key belongs to the field that has the focus, or to the browser. */
function isForField({ target, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  const isField = target instanceof HTMLElement && target.closest('select, input') !== null;
  return isField || ctrlKey || metaKey || altKey;
}

/** Saves the list of marked items as a CSV file. */
function saveMarks(run: string, marks: readonly Mark[]): void {
  const link = document.createElement('a');
  link.href = `data:text/csv;charset=utf-8,${encodeURIComponent(marksCsv(marks))}`;
  link.download = `bad-${run}.csv`;
  link.click();
}
