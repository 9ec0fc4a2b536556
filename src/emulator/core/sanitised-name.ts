/**
 * The name in `original_file_url`: ASCII letters, digits and `_` of the stem, the last extension
 * kept with its dot (api 2.1, 94 recorded pairs).
 */
export function sanitisedName(name: string): string {
  const dot = name.lastIndexOf('.');
  const hasExtension = dot > 0;
  const stem = keepWordCharacters(hasExtension ? name.slice(0, dot) : name);
  const extension = hasExtension ? keepWordCharacters(name.slice(dot + 1)) : '';
  // not recorded: a name without such characters. Files without a name have `noroot`.
  return `${stem === '' ? 'noroot' : stem}${extension === '' ? '' : `.${extension}`}`;
}

/** The ASCII letters, digits and `_` of a text. */
export function keepWordCharacters(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9_]/g, '');
}
