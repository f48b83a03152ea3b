import { makeScene } from './scenes.ts';

// The renderer as it is shipped, in any browser: `?scene=stale&theme=light&tab=flow`.
Object.defineProperty(window, 'halcyon', { value: makeScene(new URLSearchParams(location.search)) });
await import('../../../../src-renderer/main.ts');
