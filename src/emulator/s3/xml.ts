const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

// Markup characters, and control characters that would be lost or changed in XML.
// biome-ignore lint/suspicious/noControlCharactersInRegex: S3 writes control characters as references
const SPECIAL = /[&<>"\u0000-\u001f\u007f]/g;
const NAMED: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** Escapes a text for XML. */
export function escapeXml(text: string): string {
  return text.replace(
    SPECIAL,
    (found) => NAMED[found] ?? `&#x${found.charCodeAt(0).toString(16)};`,
  );
}

/** An element that contains only text. */
export function xmlElement(name: string, text: string | number | boolean): string {
  return `<${name}>${escapeXml(String(text))}</${name}>`;
}

/** A document with this root element. */
export function xmlDocument(root: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root}`;
}

/** A document whose root element has the namespace of S3. */
export function s3Document(name: string, content: string): string {
  return xmlDocument(`<${name} xmlns="${NAMESPACE}">${content}</${name}>`);
}
