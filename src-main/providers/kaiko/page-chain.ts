import { isLoopback } from '../../net/base-url.ts';
import { Unreadable } from '../parse.ts';
import type { Page } from './page.ts';
import { pointsIn, type Range } from './range.ts';

/** Pages that follow each other until the provider names no next one; never to another host, never in a circle. */
export interface PageChain {
  /** Throws Unreadable for a page that does not go on from those before it. */
  take(page: Page): void;
  /** Address of the page after this one, which was taken; null: it was the last. Throws Unreadable where there is no way on. */
  next(page: Page): URL | null;
}

/** `first` is the only address that carries the query. */
export function createPageChain(first: URL, range: Range): PageChain {
  const seen = new Set([first.href]);
  let pages = 0;
  let longestPage = 0;
  let newest = -Infinity;

  return {
    take(page) {
      const end = page.times.at(-1);
      if (end !== undefined) {
        if (end <= newest) throw new Unreadable('does not go on from the page before it', '.data');
        newest = end;
      }
      pages += 1;
      longestPage = Math.max(longestPage, page.times.length);
    },
    next(page) {
      const link = linkOf(first, page);
      if (link === null) return null;
      const { url, field } = link;
      if (seen.has(url.href)) throw new Unreadable('leads back to a page that was read', field);
      // A provider that hands out shorter pages than asked for needs more of them.
      const perPage = longestPage === 0 ? range.pageSize : Math.min(range.pageSize, longestPage);
      const expected = Math.ceil(pointsIn(range) / perPage);
      if (pages >= 2 * expected + 2) {
        throw new Unreadable(`leads on after ${pages} pages, though the range fits into ${expected}`, field);
      }
      seen.add(url.href);
      return url;
    },
  };
}

/** `next_url` where it is of the configured host; otherwise the token, sent alone to the address that was asked first. */
function linkOf(first: URL, { nextUrl, token }: Page): { url: URL; field: string } | null {
  const target = nextUrl !== null && URL.canParse(nextUrl, first.href) ? new URL(nextUrl, first.href) : null;
  if (target !== null && isOwn(target, first)) return { url: target, field: '.next_url' };
  if (token !== null) {
    const url = new URL(first.pathname, first.origin);
    url.searchParams.set('continuation_token', token);
    return { url, field: '.continuation_token' };
  }
  if (nextUrl === null) return null;
  const problem =
    target === null
      ? 'is not a web address'
      : 'leads to another address than the one set up; the key was not sent there';
  throw new Unreadable(problem, '.next_url');
}

/** The key goes along: only the same scheme, host and port, only encrypted (plain on this computer), without a user name. */
function isOwn(target: URL, first: URL): boolean {
  const isSafe = target.protocol === 'https:' || isLoopback(target.hostname);
  return target.origin === first.origin && isSafe && target.username === '' && target.password === '';
}
