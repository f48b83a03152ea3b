/** A text as a reader could decode it, each character with the range of the original that it came from. */
export interface View {
  readonly text: string;
  /** Undefined: the same places as in the original. */
  readonly places?: { readonly from: Int32Array; readonly to: Int32Array };
}

/** JSON in a query in JSON: deeper nesting does not come up. */
const deepest = 3;
const escapes = /(?:%[0-9a-f]{2})+|\\u[0-9a-f]{4}|\\x[0-9a-f]{2}|\\[^ux]/gi;
const letters: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

/** The text itself and, as long as there is something to undo, its URL and JSON escapes undone once, twice, three times. */
export function viewsOf(text: string): readonly View[] {
  const views: View[] = [{ text }];
  while (views.length <= deepest) {
    const next = unescaped(views.at(-1)!);
    if (next === null) break;
    views.push(next);
  }
  return views;
}

function unescaped({ text, places }: View): View | null {
  if (!text.includes('%') && !text.includes('\\')) return null;
  const parts: string[] = [];
  const from: number[] = [];
  const to: number[] = [];
  const take = (decoded: string, start: number, end: number, isCopy: boolean): void => {
    parts.push(decoded);
    for (let at = 0; at < decoded.length; at++) {
      const first = isCopy ? start + at : start;
      const last = isCopy ? start + at : end - 1;
      from.push(places?.from[first] ?? first);
      to.push(places?.to[last] ?? last + 1);
    }
  };
  let done = 0;
  for (const match of text.matchAll(escapes)) {
    const end = match.index + match[0].length;
    take(text.slice(done, match.index), done, match.index, true);
    take(decode(match[0]), match.index, end, false);
    done = end;
  }
  if (done === 0) return null;
  take(text.slice(done), done, text.length, true);
  return { text: parts.join(''), places: { from: Int32Array.from(from), to: Int32Array.from(to) } };
}

function decode(escape: string): string {
  if (escape.startsWith('%')) {
    const bytes = Buffer.from(escape.replaceAll('%', ''), 'hex');
    return bytes.toString('utf8');
  }
  if (/^\\[ux]/i.test(escape) && escape.length > 2) return String.fromCharCode(parseInt(escape.slice(2), 16));
  return letters[escape[1] ?? ''] ?? escape.slice(1);
}
