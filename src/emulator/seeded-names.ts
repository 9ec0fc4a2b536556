import { mixBits } from './integer-hash.ts';

// Names as real projects have them: many scripts, spaces, dots, dashes, emoji, right-to-left, very long.
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

/** A file name without its extension; most carry a number, as camera and export names do. */
export function seededStem(seed: number, index: number): string {
  const bits = mixBits(seed, index);
  const stem = STEMS[bits % STEMS.length] ?? 'file';
  const ending = (bits >>> 8) % 8;
  if (ending === 0) return stem;
  if (ending === 1) return `${stem} (${(bits >>> 12) % 90})`;
  if (ending === 2) return `${stem}.`;
  return `${stem}_${(bits >>> 11) % 100_000}`;
}
