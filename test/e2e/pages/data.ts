import type { Locator, Page } from '@playwright/test';

/** Settings → Data: the database, how long what is in it is kept, back-ups. */
export class DataTab {
  readonly database: Locator;
  readonly check: Locator;
  readonly backUp: Locator;
  readonly restore: Locator;
  /** The second step of Restore. */
  readonly confirmRestore: Locator;
  /** What the last back-up or restore came to. */
  readonly outcome: Locator;
  readonly days: Locator;
  readonly pinFrom: Locator;
  readonly pinTo: Locator;
  readonly pin: Locator;
  readonly pinned: Locator;
  readonly preview: Locator;
  /** What a retention would delete. */
  readonly gone: Locator;
  readonly confirmDelete: Locator;
  readonly retentionOutcome: Locator;

  constructor(page: Page) {
    const panel = page.getByRole('dialog', { name: 'Settings' }).getByRole('tabpanel');
    this.database = panel.getByRole('region', { name: 'Database' });
    this.check = this.database.getByRole('button', { name: 'Check now' });
    this.backUp = this.database.getByRole('button', { name: 'Back up…' });
    this.restore = this.database.getByRole('button', { name: 'Restore…' });
    this.confirmRestore = this.database.getByRole('button', { name: 'Choose a file and restore' });
    this.outcome = this.database.locator('.outcome');
    const keeping = panel.getByRole('region', { name: 'How long it is kept' });
    this.days = keeping.getByLabel('Greatest age, days');
    const pinning = keeping.getByRole('group', { name: 'Pin a range' });
    this.pinFrom = pinning.getByLabel(/^From /);
    this.pinTo = pinning.getByLabel(/^To /);
    this.pin = pinning.getByRole('button', { name: 'Pin', exact: true });
    this.pinned = keeping.getByRole('list', { name: 'Pinned ranges' }).getByRole('listitem');
    this.preview = keeping.getByRole('button', { name: /^Preview/ });
    this.gone = keeping.getByRole('group', { name: 'What would be deleted' });
    this.confirmDelete = this.gone.getByRole('button', { name: /^(Save and d|D)elete / });
    this.retentionOutcome = keeping.locator('.outcome');
  }

  /** The line of a job: `Check done: Every page was read and is good.` */
  job(name: 'backup' | 'restore' | 'check' | 'prune'): Locator {
    return this.database.locator(`[data-job="${name}"]`);
  }

  /** Rows that would go, by what they are: `Candles` → `5`. */
  async goneRows(): Promise<Record<string, string>> {
    const rows = await this.gone
      .locator('tbody tr')
      .evaluateAll((each) =>
        each.map((row) => [...row.querySelectorAll('th, td')].map((cell) => (cell as HTMLElement).innerText.trim())),
      );
    return Object.fromEntries(rows.map(([what = '', count = '']) => [what, count]));
  }
}
