/** The budget of all paid own code of a job. */
export const OWN_PURCHASE = {
  name: 'own-code',
  items: 'Items of paid own code',
  place: 100,
} as const;
