import { mixBits, unitInterval } from './integer-hash.ts';

const CUSTOMERS = [
  'ACME',
  'Müller GmbH',
  'ООО Ромашка',
  '株式会社サンプル',
  'شركة',
  'O"Neill',
] as const;

/** Metadata of a seeded file as JSON text; `{}` for the share that has none. */
export function seededMetadata(seed: number, index: number, share: number): string {
  const bits = mixBits(seed, index);
  if (unitInterval(bits) >= share) return '{}';
  const detail = mixBits(bits, index);
  const values = {
    'order-id': String(10_000 + (detail % 90_000)),
    ...((detail & 0x100) === 0 ? {} : { source: (detail & 0x200) === 0 ? 'web' : 'mobile' }),
    ...((detail & 0x400) === 0 ? {} : { customer: CUSTOMERS[detail % CUSTOMERS.length] }),
  };
  return JSON.stringify(values);
}
