import type { OptionField } from '../../../src-main/contract/provider-status.ts';
import type { ProviderSettings } from '../../../src-main/contract/settings.ts';

/** What an option is set to now. */
export const optionValue = (field: OptionField, settings: ProviderSettings): string =>
  settings.options[field.name] ?? field.fallback;

/** What is wrong with a value, in a sentence; null when it can be saved. */
export function optionProblem(field: OptionField, text: string): string | null {
  const value = text.trim();
  if (field.type === 'number') {
    const read = readBounded(value, field.least ?? -Infinity, field.most ?? Infinity);
    return typeof read === 'number' ? null : read.problem;
  }
  if (value === '') return 'This must not be empty.';
  if (field.type === 'text' && field.most !== undefined && [...value].length > field.most) {
    return `This must be at most ${field.most} characters long.`;
  }
  if (field.type === 'choice' && !field.choices.some((choice) => choice.value === value)) {
    return `“${value}” is not one of the choices.`;
  }
  return null;
}

/** The settings with one option set; the fallback itself is not kept, so that a better one in a later version is used. */
export function withOption(settings: ProviderSettings, field: OptionField, text: string): ProviderSettings {
  const value = text.trim();
  const others = Object.fromEntries(Object.entries(settings.options).filter(([name]) => name !== field.name));
  return { ...settings, options: value === field.fallback ? others : { ...others, [field.name]: value } };
}

/** A typed number within bounds, or what is wrong with it. A decimal comma is not guessed at. */
export function readBounded(text: string, least: number, most: number): number | { readonly problem: string } {
  const value = text.trim() === '' ? NaN : Number(text);
  if (!Number.isFinite(value)) return { problem: 'This must be a number.' };
  if (value >= least && value <= most) return value;
  if (Number.isFinite(least) && Number.isFinite(most)) return { problem: `This must be between ${least} and ${most}.` };
  return { problem: Number.isFinite(least) ? `This must be at least ${least}.` : `This must be at most ${most}.` };
}
