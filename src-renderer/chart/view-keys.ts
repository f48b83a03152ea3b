/** Bars seen, as indices of all that are loaded; fractions and places outside are allowed. */
export interface BarRange {
  readonly from: number;
  readonly to: number;
}

export interface ViewBounds {
  /** Bars loaded. */
  readonly count: number;
  /** Share of the view kept free right of the newest bar, 0…1. */
  readonly room: number;
}

const fewestBars = 5;

/** Same zoom, with the newest bar at its usual place. */
export function newestView({ from, to }: BarRange, { count, room }: ViewBounds): BarRange {
  const span = to - from;
  const end = count - 0.5 + span * room;
  return { from: end - span, to: end };
}

/**
 * The view after a key: arrows move by a tenth, Page keys by a whole view, + and − zoom by a fifth around the newest bar
 * seen, Home and End go to the ends of what is loaded. Null for keys it does not know.
 */
export function viewAfterKey(view: BarRange, key: string, bounds: ViewBounds): BarRange | null {
  const span = view.to - view.from;
  switch (key) {
    case 'ArrowLeft':
      return moved(view, -span / 10, bounds);
    case 'ArrowRight':
      return moved(view, span / 10, bounds);
    case 'PageUp':
      return moved(view, -span, bounds);
    case 'PageDown':
      return moved(view, span, bounds);
    case '+':
    case '=':
      return zoomed(view, 0.8, bounds);
    case '-':
    case '_':
      return zoomed(view, 1.25, bounds);
    case 'Home':
      return { from: -0.5, to: span - 0.5 };
    case 'End':
      return newestView(view, bounds);
    default:
      return null;
  }
}

/** Never so far that no bar is seen. */
function moved({ from, to }: BarRange, by: number, { count }: ViewBounds): BarRange {
  const least = fewestBars - to;
  const most = Math.max(least, count - fewestBars - from);
  const step = Math.max(least, Math.min(most, by));
  return { from: from + step, to: to + step };
}

function zoomed({ from, to }: BarRange, factor: number, { count, room }: ViewBounds): BarRange {
  const fixed = Math.min(to - (to - from) * room, count - 0.5);
  const span = (to - from) * factor;
  if (factor < 1 && span < fewestBars) return { from, to };
  return { from: fixed - (fixed - from) * factor, to: fixed + (to - fixed) * factor };
}
