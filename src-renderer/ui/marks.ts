/** A state is told by its shape; the colour only repeats it. */
export type MarkShape = 'disc' | 'ring' | 'diamond' | 'cross' | 'triangle' | 'pause' | 'half';
export type Tone = 'plain' | 'good' | 'warning' | 'error' | 'simulated';
