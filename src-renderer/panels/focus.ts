import type { Layout, Side } from '../state/layout.svelte.ts';

/** Id of the button that opens and closes a side panel. */
export const toggleId = (side: Side): string => `toggle-${side}`;

/** Closes the open drawer, if there is one, and gives the focus, which would be lost with it, to the button that opens it. */
export function closeDrawer(layout: Layout): void {
  const side = layout.drawer;
  if (side === null) return;
  layout.closeDrawer();
  document.getElementById(toggleId(side))?.focus();
}
