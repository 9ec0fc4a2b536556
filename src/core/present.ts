/**
 * Removes properties that are undefined, so that the rest can be spread into an object. In our types an
 * optional property is absent, never undefined.
 */
export function present<Properties extends object>(
  properties: Properties,
): { [Key in keyof Properties]?: Exclude<Properties[Key], undefined> } {
  const entries = Object.entries(properties).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as {
    [Key in keyof Properties]?: Exclude<Properties[Key], undefined>;
  };
}
