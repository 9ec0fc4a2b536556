import { runInNewContext } from 'node:vm';
import { blocksOf } from './doc-blocks.ts';

/** The CloudFront function of docs/reports.md, with its key value store. */
export interface CloudfrontFunction {
  /** The location to which a request for a URL is redirected; null if there is no redirect. */
  redirectOf(url: string): Promise<string | null>;
}

interface Answer {
  readonly statusCode?: number;
  readonly headers: { readonly location?: { readonly value: string } };
}

/** Loads the function of docs/reports.md with a file for its key value store. */
export function startCloudfront(file: string): CloudfrontFunction {
  const pairs: { data: { key: string; value: string }[] } = JSON.parse(file);
  const store = new Map(pairs.data.map(({ key, value }) => [key, value]));
  if (store.size !== pairs.data.length) throw new Error('The store does not take a key twice');
  const kvs = () => ({
    async get(key: string) {
      const value = store.get(key);
      if (value === undefined) throw new Error('KeyNotFound');
      return value;
    },
  });
  const [block] = blocksOf('docs/reports.md').filter(({ language }) => language === 'js');
  const code = (block?.text ?? '').replace("import cf from 'cloudfront';", '');
  const handler: (event: object) => Promise<Answer> = runInNewContext(`${code}; handler`, {
    cf: { kvs },
  });
  return {
    async redirectOf(url) {
      const { statusCode, headers } = await handler({ request: requestFor(url) });
      return statusCode === 301 ? (headers.location?.value ?? '') : null;
    },
  };
}

/** A request as CloudFront gives it to a function: the path and the values of the query stay encoded. */
function requestFor(url: string): object {
  const [, host = '', uri = '', query = ''] =
    /^https?:\/\/([^/]+)([^?]*)(?:\?(.*))?$/.exec(url) ?? [];
  const querystring: Record<string, { value: string }> = {};
  for (const pair of query === '' ? [] : query.split('&')) {
    const [, name = '', value = ''] = /^([^=]*)=?(.*)$/.exec(pair) ?? [];
    querystring[name] = { value };
  }
  return { method: 'GET', uri, querystring, headers: { host: { value: host } } };
}
