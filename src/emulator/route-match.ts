import type { Route } from './routes.ts';

/** A route and the variable parts of the path, decoded. */
export interface RouteMatch {
  readonly route: Route;
  readonly params: readonly string[];
}

/** Finds the first route whose parts fit; every path ends in a slash (api 1). */
export function matchRoute(routes: readonly Route[], path: string): RouteMatch | undefined {
  const parts = path.split('/');
  for (const route of routes) {
    const params = paramsOf(route.pattern.split('/'), parts);
    if (params !== undefined) return { route, params };
  }
  return undefined;
}

function paramsOf(pattern: readonly string[], parts: readonly string[]): string[] | undefined {
  if (pattern.length !== parts.length) return undefined;
  const params: string[] = [];
  for (const [position, expected] of pattern.entries()) {
    const part = parts[position] ?? '';
    if (expected.startsWith('{') && part !== '') params.push(decode(part));
    else if (expected !== part) return undefined;
  }
  return params;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
