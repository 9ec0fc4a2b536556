// Takes the place of the package string-width in the bundles. Nearly all texts are ASCII, and loading the package
// takes longer than printing them: it prepares tables of all characters. So it is loaded when a text needs it.

const ASCII = /^[\x20-\x7e]*$/;

export default function stringWidth(text, options) {
  if (typeof text === 'string' && ASCII.test(text)) return text.length;
  return require('string-width').default(text, options);
}
