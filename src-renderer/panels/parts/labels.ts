/** What the words beside numbers mean; shown on hover and in Settings → About. */
export const labelMeanings = {
  simulated: 'From the built-in simulated market. Not real prices or positions.',
  sandbox: 'From the provider’s test host. Not real positions.',
  estimated: 'The provider’s estimate of where positions would be liquidated, not positions that were reported.',
  inferred: 'The provider does not document this field’s meaning or scale; this is how Halcyon reads it.',
  stale:
    'Older than three times its usual interval, or its source cannot be reached. The last known value, with its age.',
  missing: 'An em dash stands for a value that was not sent. It is never shown as zero.',
} as const;

export type Label = 'estimated' | 'inferred';
