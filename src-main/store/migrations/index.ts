import type { Migration } from '../migrate.ts';
import { first } from './0001-first.ts';
import { volumesAndHistory } from './0002-volumes-and-history.ts';
import { spends } from './0003-spends.ts';

/** In order; the version of each is its place in the list, counted from 1. */
export const migrations: readonly Migration[] = [first, volumesAndHistory, spends];
