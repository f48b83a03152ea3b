import { openStore } from '../../../src-main/store/database.ts';
import { after, map, noon } from './samples.ts';

/** Saves snapshot after snapshot from the number given on, packing now and then, and tells the number of each that was acknowledged. */
const [file, first] = process.argv.slice(2);
const { store } = openStore(file as string, { now: () => noon });
for (let i = Number(first); ; i++) {
  const longs = Array.from({ length: 300 }, (_, level) => i + level / 7);
  if (i % 3 === 0) store.snapshots.save(map(after(i), longs));
  else store.snapshots.saveMany([map(after(i), longs), map(after(i), longs, { asset: 'ETH' })]);
  process.stdout.write(`${i}\n`);
  if (i % 40 === 0) store.snapshots.compact(after(i));
}
