const deepest = 8;

/** Name and message of anything that was thrown, of its causes, and of the errors it gathers; no stack, which has paths. */
export function errorText(thrown: unknown): string {
  const seen = new Set<unknown>();
  const say = (value: unknown, depth: number): string => {
    if (!(value instanceof Error)) return plain(value);
    if (seen.has(value)) return '(again)';
    seen.add(value);
    if (depth >= deepest) return '…';
    const gathered = value instanceof AggregateError ? value.errors.slice(0, deepest) : [];
    const inner = [...gathered, ...(value.cause === undefined ? [] : [value.cause])];
    return [`${value.name}: ${value.message}`, ...inner.map((each) => say(each, depth + 1))].join(' ← ');
  };
  return say(thrown, 0);
}

function plain(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  try {
    return JSON.stringify(value) ?? 'nothing';
  } catch {
    return 'something that cannot be written';
  }
}
