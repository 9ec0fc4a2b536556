import axe from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, onTestFinished } from 'vitest';
import { absolutePath, CHROMIUM } from './browser-path.ts';

/** The sizes and colours in which every view is looked at. */
export const LOOKS = [1280, 390].flatMap((width) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })),
);

export type Look = (typeof LOOKS)[number];

let browser: Promise<Browser> | null = null;

/** Starts the browser of a test file once. */
function startBrowser(): Promise<Browser> {
  const executablePath = absolutePath(CHROMIUM ?? '');
  browser ??= chromium.launch({ executablePath, args: ['--no-sandbox'] });
  return browser;
}

/** Closes the browser after the last test of a file. */
export function closeBrowserAtEnd(): void {
  afterAll(async () => {
    const open = browser;
    browser = null;
    await (await open)?.close();
  });
}

/** A page of a browser, with everything that it asked for, and everything that went wrong in it. */
export interface WatchedPage {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly requests: readonly string[];
  readonly problems: readonly string[];
}

/** Opens an empty page. It is closed after the test. */
export async function openPage(
  look: Look = { width: 1280, colorScheme: 'light' },
): Promise<WatchedPage> {
  const { width, colorScheme } = look;
  const viewport = { width, height: width < 500 ? 844 : 900 };
  const context = await (await startBrowser()).newContext({ viewport, colorScheme });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const requests: string[] = [];
  const problems: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
  });
  return { page, context, requests, problems };
}

/** Checks the accessibility of a page. Returns the violations, one line for each. */
export async function axeViolations(page: Page): Promise<string[]> {
  // The page's own policy allows no further script, so axe runs in a world of its own.
  const session = await page.context().newCDPSession(page);
  const { frameTree } = await session.send('Page.getFrameTree');
  const { executionContextId } = await session.send('Page.createIsolatedWorld', {
    frameId: frameTree.frame.id,
    worldName: 'axe',
  });
  await session.send('Runtime.evaluate', { contextId: executionContextId, expression: axe.source });
  const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
    contextId: executionContextId,
    awaitPromise: true,
    returnByValue: true,
    expression: `axe.run(document).then(({ violations, passes }) => ({
      passes: passes.length,
      violations: violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => id + ': ' + html.slice(0, 160) + ' ' + failureSummary)),
    }))`,
  });
  if (exceptionDetails !== undefined) throw new Error(exceptionDetails.text);
  const { passes, violations } = result.value as { passes: number; violations: string[] };
  if (passes === 0) throw new Error('axe checked nothing.');
  return violations;
}
