/**
 * Removes properties whose value is undefined. Use it before spreading an object into one of our types: in
 * them, an optional property may be absent, but never undefined.
 */
export function present<Properties extends object>(
  properties: Properties,
): { [Key in keyof Properties]?: Exclude<Properties[Key], undefined> } {
  const entries = Object.entries(properties).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as {
    [Key in keyof Properties]?: Exclude<Properties[Key], undefined>;
  };
}
