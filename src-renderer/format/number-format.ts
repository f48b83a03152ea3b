const formats = new Map<string, Intl.NumberFormat>();

/** A cached en-US formatter: making one costs about a hundred times as much as using it. */
export function numberFormat(key: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const known = formats.get(key);
  if (known !== undefined) return known;
  const made = new Intl.NumberFormat('en-US', options);
  formats.set(key, made);
  return made;
}
