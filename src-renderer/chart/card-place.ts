interface Pointer {
  readonly x: number;
  readonly y: number;
  /** The pane's size. All in CSS pixels. */
  readonly width: number;
  readonly height: number;
}

interface Box {
  readonly width: number;
  readonly height: number;
}

const margin = 8;
/** Kept between card and pointer, so that the level under the pointer stays in sight. */
const distance = 18;
/** On a pane narrower or lower than this the card has a fixed corner. */
const small = { width: 640, height: 300 };

/** Top left of the hover card: beside the pointer, or on a small pane the bottom corner away from it; inside the pane. */
export function cardPlace({ x, y, width, height }: Pointer, card: Box): { left: number; top: number } {
  const most = { left: Math.max(0, width - card.width - margin), top: Math.max(0, height - card.height - margin) };
  if (width < small.width || height < small.height) {
    return { left: x < width / 2 ? most.left : Math.min(margin, most.left), top: most.top };
  }
  const right = x + distance;
  const left = right <= most.left ? right : x - distance - card.width;
  const below = y + distance;
  const top = below <= most.top ? below : y - distance - card.height;
  return { left: Math.min(most.left, Math.max(margin, left)), top: Math.min(most.top, Math.max(margin, top)) };
}
