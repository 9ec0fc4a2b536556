import { formatDuration } from '../core/duration.ts';
import type { FileFacts } from '../core/file-facts.ts';
import type { Step } from '../job/step-schemas.ts';

/** What the effect of a step looks like, for who must find out whether it happened. */
export interface EffectLook {
  readonly words: string;
  /** Whether a file may be what the step made; null where the step makes no file of this project. */
  readonly mayBe: ((file: Pick<FileFacts, 'filename' | 'mimeType'>) => boolean) | null;
  /** How long after the send such a file may appear, ms. */
  readonly windowMs: number;
}

const MINUTE_MS = 60_000;

/** A cutout appears within minutes, a video after as long as its conversion takes. For names see (api 7.2). */
export function effectLook(step: Step): EffectLook {
  switch (step.uses) {
    case 'addon/remove_bg':
      return newFile('an image/png', 15 * MINUTE_MS, ({ filename, mimeType }) => {
        return mimeType === null || mimeType === 'image/png' || hasEnding(filename, ['png']);
      });
    case 'convert/document':
      return converted([step.with.format], 60 * MINUTE_MS);
    case 'convert/video':
      return converted([step.with.format ?? 'mp4', 'mp4', 'webm'], 6 * 60 * MINUTE_MS);
    case 'addon/uc_clamav_virus_scan':
      return seen('a scan result in the appdata of the file, or the file gone as infected');
    case 'copy-to-remote':
      return seen('an object in the bucket, with a name by the pattern');
    case 'delete':
    case 'delete-group':
      return seen('it is gone');
    default:
      return seen('what the operation leaves at the file');
  }
}

function converted(formats: readonly string[], windowMs: number): EffectLook {
  const endings = [...new Set(formats)];
  const words = `a file without a name, or named *.${endings.join(' or *.')}`;
  return newFile(words, windowMs, ({ filename }) => {
    return filename === '' || hasEnding(filename, endings);
  });
}

function newFile(
  words: string,
  windowMs: number,
  mayBe: NonNullable<EffectLook['mayBe']>,
): EffectLook {
  const within = formatDuration(windowMs);
  return { words: `a new file, uploaded within ${within} of the send: ${words}`, mayBe, windowMs };
}

function seen(words: string): EffectLook {
  return { words, mayBe: null, windowMs: 0 };
}

/** A name that is unknown may have any ending. */
function hasEnding(filename: string | null, endings: readonly string[]): boolean {
  return (
    filename === null || endings.some((ending) => filename.toLowerCase().endsWith(`.${ending}`))
  );
}
