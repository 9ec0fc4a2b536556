/**
 * The name of a file at the end of its `original_file_url`. It keeps only ASCII letters, digits and `_`, and
 * the last extension with its dot (docs/uploadcare-api.md 2.1). In recordings of the real service, 94 pairs
 * of a file name and a URL follow this rule.
 */
export function sanitisedName(name: string): string {
  const dot = name.lastIndexOf('.');
  const hasExtension = dot > 0;
  const stem = keepWordCharacters(hasExtension ? name.slice(0, dot) : name);
  const extension = hasExtension ? keepWordCharacters(name.slice(dot + 1)) : '';
  // Assumption: a name without any allowed character becomes `noroot`, as a missing name does. No recording
  // of the real service shows this case.
  return `${stem === '' ? 'noroot' : stem}${extension === '' ? '' : `.${extension}`}`;
}

/** Removes all characters except ASCII letters, digits and `_`. */
export function keepWordCharacters(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9_]/g, '');
}
