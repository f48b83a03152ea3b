/** Animation frames taken into our own hands, so that a frame's work can be timed alone. */
export interface Frames {
  /** Runs what is queued now, and not what that queues. */
  step(): void;
  /** Runs until nothing is queued. */
  drain(): void;
  restore(): void;
}

export function captureFrames(): Frames {
  const { requestAnimationFrame, cancelAnimationFrame } = window;
  let queue = new Map<number, FrameRequestCallback>();
  let last = 0;
  window.requestAnimationFrame = (callback) => {
    last += 1;
    queue.set(last, callback);
    return last;
  };
  window.cancelAnimationFrame = (handle) => void queue.delete(handle);
  const step = () => {
    const now = queue;
    queue = new Map();
    for (const callback of now.values()) callback(performance.now());
  };
  return {
    step,
    drain: () => {
      for (let i = 0; i < 50 && queue.size > 0; i++) step();
    },
    restore: () => Object.assign(window, { requestAnimationFrame, cancelAnimationFrame }),
  };
}

/** Reads one pixel of every canvas, which forces the drawing that canvases put off. */
export function forceRaster(container: HTMLElement): void {
  for (const canvas of container.querySelectorAll('canvas')) {
    if (canvas.width > 0 && canvas.height > 0) canvas.getContext('2d')?.getImageData(0, 0, 1, 1);
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
