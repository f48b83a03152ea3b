// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { restMs, watchRows } from '../../../src-renderer/panels/watchlist/rows-in-view.ts';
import { visibleAssets } from '../../../src-renderer/state/visible-assets.ts';
import { Visible } from '../../../src-renderer/state/visible.svelte.ts';

describe('visible assets', () => {
  const list = ['BTC', 'ETH', 'SOL'];

  test('are the focused one and the watched ones in view', () => {
    expect(visibleAssets(list, 'SOL', ['ETH', 'BTC'])).toEqual(['SOL', 'BTC', 'ETH']);
    expect(visibleAssets(list, 'BTC', ['BTC'])).toEqual(['BTC']);
  });

  test('are all while it is not known, and the focused one alone while the watchlist is closed', () => {
    expect(visibleAssets(list, 'ETH', null)).toEqual(['ETH', 'BTC', 'SOL']);
    expect(visibleAssets(list, 'ETH', 'closed')).toEqual(['ETH']);
  });

  test('leave out what is watched no longer', () => {
    expect(visibleAssets(list, 'BTC', ['DOGE', 'SOL'])).toEqual(['BTC', 'SOL']);
  });

  test('stay as they were while the window is hidden', () => {
    let isHidden = false;
    const visible = new Visible(() => isHidden);
    expect(visible.rows).toBeNull();
    visible.report(['BTC']);
    isHidden = true;
    visible.report([]);
    expect(visible.rows).toEqual(['BTC']);
  });
});

describe('rows in view', () => {
  let observers: FakeObserver[] = [];
  class FakeObserver {
    readonly seen: Element[] = [];
    isOver = false;
    readonly tell: (entries: { target: Element; isIntersecting: boolean }[]) => void;
    constructor(callback: (entries: never[]) => void) {
      this.tell = callback as never;
      observers.push(this);
    }
    observe(row: Element): void {
      this.seen.push(row);
    }
    disconnect(): void {
      this.isOver = true;
    }
  }

  beforeEach(() => {
    observers = [];
    vi.useFakeTimers();
    vi.stubGlobal('IntersectionObserver', FakeObserver);
    document.body.innerHTML =
      '<div id="list"><p role="option" data-asset="BTC"></p><p role="option" data-asset="ETH"></p></div>';
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
    document.body.replaceChildren();
  });

  test('are reported when the list has come to rest, once', () => {
    const reported: (readonly string[])[] = [];
    const end = watchRows(document.getElementById('list')!, (rows) => reported.push(rows));
    const [observer] = observers;
    const [btc, eth] = observer!.seen as [Element, Element];
    observer!.tell([
      { target: btc, isIntersecting: true },
      { target: eth, isIntersecting: false },
    ]);
    vi.advanceTimersByTime(restMs - 1);
    observer!.tell([
      { target: btc, isIntersecting: false },
      { target: eth, isIntersecting: true },
    ]);
    vi.advanceTimersByTime(restMs - 1);
    expect(reported).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(reported).toEqual([['ETH']]);
    document.dispatchEvent(new Event('visibilitychange'));
    vi.advanceTimersByTime(restMs);
    expect(reported).toEqual([['ETH'], ['ETH']]);

    observer!.tell([{ target: btc, isIntersecting: true }]);
    end();
    document.dispatchEvent(new Event('visibilitychange'));
    vi.advanceTimersByTime(restMs);
    expect(observer!.isOver).toBe(true);
    expect(reported.length).toBe(2);
  });
});
