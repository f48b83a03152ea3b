import type { Locator } from '@playwright/test';

import { expect, type RunningApp } from './app.ts';

/** Asks for a size and says which one it became: Chromium keeps a window a pixel smaller than the whole screen. */
export async function resize({ app, page }: RunningApp, { width, height }: Size): Promise<Size> {
  await app.evaluate(
    ({ BrowserWindow }, [width, height]) => BrowserWindow.getAllWindows()[0]!.setContentSize(width, height),
    [width, height] as const,
  );
  const inner = (): Promise<Size> => page.evaluate(() => ({ width: innerWidth, height: innerHeight }));
  const missing = async (): Promise<number> => {
    const now = await inner();
    return Math.max(Math.abs(width - now.width), Math.abs(height - now.height));
  };
  await expect.poll(missing, { message: `pixels that the page is off ${width} × ${height}` }).toBeLessThanOrEqual(1);
  return inner();
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A pixel for borders that two neighbours share. */
const slack = 1;

async function boxOf(locator: Locator): Promise<Box> {
  await expect(locator).toBeVisible();
  const box = await locator.boundingBox();
  if (box === null) throw new Error(`${String(locator)} has no box`);
  return box;
}

export async function expectInside(locator: Locator, size: Size): Promise<void> {
  const { x, y, width, height } = await boxOf(locator);
  expect(Math.min(x, y), `${String(locator)}: left and top`).toBeGreaterThanOrEqual(-slack);
  expect(x + width, `${String(locator)}: right edge`).toBeLessThanOrEqual(size.width + slack);
  expect(y + height, `${String(locator)}: bottom edge`).toBeLessThanOrEqual(size.height + slack);
}

export async function expectApart(locators: readonly Locator[]): Promise<void> {
  const boxes = await Promise.all(locators.map(boxOf));
  boxes.forEach((a, at) => {
    for (const [more, b] of boxes.slice(at + 1).entries()) {
      const across = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
      const down = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
      const overlap = Math.min(across, down);
      expect(overlap, `${String(locators[at])} over ${String(locators[at + 1 + more])}`).toBeLessThanOrEqual(slack);
    }
  });
}

/** Every button of a bar is wholly inside the bar. */
export async function expectNothingCutOff(bar: Locator): Promise<void> {
  const outer = await boxOf(bar);
  for (const button of await bar.locator('button:visible').all()) {
    const { x, width } = await boxOf(button);
    expect(x, `${await button.innerText()}: left edge`).toBeGreaterThanOrEqual(outer.x - slack);
    expect(x + width, `${await button.innerText()}: right edge`).toBeLessThanOrEqual(outer.x + outer.width + slack);
  }
}

/** Nothing below the locator has to be scrolled sideways. */
export async function expectNothingWide(locator: Locator): Promise<void> {
  await expect(locator).toBeVisible();
  const wide = await locator.evaluate((root) =>
    [root, ...root.querySelectorAll<HTMLElement>('*')]
      .filter((element) => /auto|scroll/.test(getComputedStyle(element).overflowX))
      .filter((element) => element.scrollWidth > element.clientWidth + 1)
      .map(
        (element) =>
          `${element.tagName.toLowerCase()}.${element.className} ${element.scrollWidth} > ${element.clientWidth}`,
      ),
  );
  expect(wide, 'elements that scroll sideways').toEqual([]);
}

/** A number that ends in an ellipsis, or under its neighbour, is not a number. */
export async function expectNoNumberCut(panel: Locator): Promise<void> {
  const numbers = panel.locator('.number:visible');
  await expect.poll(() => numbers.count(), 'numbers shown').toBeGreaterThan(5);
  const cut = await numbers.evaluateAll((elements) =>
    elements
      .filter((element) => element.scrollWidth > element.clientWidth && getComputedStyle(element).display !== 'inline')
      .map((element) => `${element.textContent.trim()} ${element.scrollWidth} > ${element.clientWidth}`),
  );
  expect([...new Set(cut)], 'numbers cut off').toEqual([]);
}
