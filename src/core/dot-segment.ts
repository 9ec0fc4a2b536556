/**
 * True if a segment of the path is `.` or `..`. Browsers and servers remove such segments from the path of a
 * URL, so a URL with this path leads to another place.
 */
export function hasDotSegment(path: string): boolean {
  return path.split('/').some((segment) => segment === '.' || segment === '..');
}
