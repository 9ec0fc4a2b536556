import { mixBits } from '../core/integer-hash.ts';
import { keepWordCharacters, sanitisedName } from '../core/sanitised-name.ts';

// Names like those in real projects: many scripts, spaces, dots, emoji, text from right to left, and very
// long ones.
const STEMS = [
  'IMG',
  'DSC',
  'photo',
  'Screenshot 2024-11-02 at 10.15.33',
  'two-of-them',
  'image.png',
  'café crème',
  'Grüße aus Köln',
  'naïve façade – déjà vu',
  'Łódź nocą',
  'año nuevo',
  'İstanbul ılık',
  'Đà Nẵng',
  'фото с отпуска',
  'Отчёт за квартал',
  'Київ',
  'ευχαριστώ',
  '東京タワー',
  '产品图片',
  '제품 사진',
  'รูปภาพ',
  'صورة المنتج',
  'תמונה',
  'चित्र',
  '🎉 party',
  '👩‍👩‍👧 family',
  '-17.0°С (2)',
  "O'Reilly & Sons #1",
  '100% final "v2"',
  'a+b=c',
  'tmpiahsb647',
  'final_FINAL_really-final',
  `${'a-very-long-name-that-somebody-exported-from-a-camera-roll-'.repeat(3)}end`,
] as const;

const WORDS = STEMS.map(keepWordCharacters);

/**
 * The name of a generated file, and the form of it that `original_file_url` needs. Both are computed
 * together, because deriving the second from the first is slow.
 */
export interface SeededName {
  readonly name: string;
  readonly urlName: string;
}

/**
 * Generates the name of the file with this index, including its extension. Most names have a number, as
 * cameras and export programs write it.
 */
export function seededName(seed: number, index: number, extension: string): SeededName {
  const bits = mixBits(seed, index);
  const place = bits % STEMS.length;
  const [ending, word] = numbering(bits >>> 8);
  const name = `${STEMS[place]}${ending}${extension}`;
  // If the file has no extension, the text after the last dot in its name counts as one. So the URL name must
  // be computed from the whole name.
  if (extension === '') return { name, urlName: sanitisedName(name) };
  const stem = `${WORDS[place]}${word}`;
  return { name, urlName: `${stem === '' ? 'noroot' : stem}${extension}` };
}

function numbering(bits: number): readonly [ending: string, word: string] {
  const number = bits >>> 3;
  switch (bits & 7) {
    case 0:
      return ['', ''];
    case 1:
      return [` (${number % 90})`, `${number % 90}`];
    case 2:
      return ['.', ''];
    default:
      return [`_${number % 100_000}`, `_${number % 100_000}`];
  }
}
