import { toFailure } from '../../../../src-main/contract/failure.ts';
import type { PinnedRange, Retention, RetentionPreview } from '../../../../src-main/contract/keeping.ts';
import type { Keeping } from '../../../state/keeping.svelte.ts';
import { draftOf, retentionOf } from './retention-draft.ts';
import type { Draft } from './retention-draft.ts';

/** What a retention would delete, and for which retention that was asked. */
interface Shown {
  readonly retention: Retention;
  readonly preview: RetentionPreview;
}

/** A retention that the user is about to set. Nothing is deleted before it was previewed and confirmed. */
export class RetentionForm {
  readonly #keeping: Keeping;
  readonly #saved: () => Retention;
  /** Null: as it is saved. */
  #draft: Draft | null = $state.raw(null);
  #shown: Shown | null = $state.raw(null);
  #busy: 'preview' | 'apply' | null = $state(null);
  #outcome: { readonly text: string; readonly failed: boolean } | null = $state.raw(null);
  /** Counts the edits: a preview of something else is dropped. */
  #turn = 0;

  constructor(keeping: Keeping, saved: () => Retention) {
    this.#keeping = keeping;
    this.#saved = saved;
  }

  get draft(): Draft {
    return this.#draft ?? draftOf(this.#saved());
  }

  /** Null while a field holds what cannot be. */
  get retention(): Retention | null {
    return retentionOf(this.draft);
  }

  get isChanged(): boolean {
    return JSON.stringify(this.retention) !== JSON.stringify(this.#saved());
  }

  get preview(): RetentionPreview | null {
    return this.#shown?.preview ?? null;
  }

  get busy(): 'preview' | 'apply' | null {
    return this.#busy;
  }

  get outcome(): { readonly text: string; readonly failed: boolean } | null {
    return this.#outcome;
  }

  edit(patch: Partial<Draft>): void {
    this.#draft = { ...this.draft, ...patch };
    this.#forget();
  }

  pin(range: PinnedRange): void {
    this.edit({ pinned: [...this.draft.pinned, range] });
  }

  unpin(index: number): void {
    this.edit({ pinned: this.draft.pinned.filter((_, at) => at !== index) });
  }

  /** Back to what is saved. */
  discard(): void {
    this.#draft = null;
    this.#forget();
  }

  async ask(): Promise<void> {
    const { retention } = this;
    if (retention === null || this.#busy !== null) return;
    this.#forget();
    const turn = this.#turn;
    this.#busy = 'preview';
    try {
      const preview = await this.#keeping.preview(retention);
      if (turn === this.#turn) this.#shown = { retention, preview };
    } catch (thrown) {
      if (turn === this.#turn) this.#outcome = { text: toFailure(thrown).message, failed: true };
    }
    this.#busy = null;
  }

  /** Saves what was previewed, and nothing else. */
  async apply(): Promise<void> {
    const shown = this.#shown;
    if (shown === null || this.#busy !== null) return;
    this.#busy = 'apply';
    try {
      await this.#keeping.apply(shown.retention);
      this.discard();
      const deletes = shown.preview.gone.some(({ rows }) => rows > 0);
      this.#outcome = {
        text: deletes ? 'Saved. What it says is deleted.' : 'Saved. Nothing was deleted.',
        failed: false,
      };
    } catch (thrown) {
      this.#outcome = { text: toFailure(thrown).message, failed: true };
    }
    this.#busy = null;
  }

  #forget(): void {
    this.#turn += 1;
    this.#shown = null;
    this.#outcome = null;
  }
}
