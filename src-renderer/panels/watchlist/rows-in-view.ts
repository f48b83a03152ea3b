import type { Asset } from '../../../src-main/contract/market.ts';

/** Rows that are scrolled past are no wish: only where the list comes to rest counts. */
export const restMs = 200;

/**
 * Reports which rows of a list are in view, once it rests, and anew when the window is shown again. Rows are its options,
 * named by `data-asset`. Returns the ending.
 */
export function watchRows(list: HTMLElement, report: (assets: readonly Asset[]) => void): () => void {
  const inView = new Set<Asset>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => report([...inView]), restMs);
  };
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        const asset = (target as HTMLElement).dataset['asset'] ?? '';
        if (isIntersecting) inView.add(asset);
        else inView.delete(asset);
      }
      soon();
    },
    { root: list },
  );
  for (const row of list.querySelectorAll('[role=option]')) observer.observe(row);
  document.addEventListener('visibilitychange', soon);
  return () => {
    observer.disconnect();
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', soon);
  };
}
