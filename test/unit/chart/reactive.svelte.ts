/** Props that a test changes after mounting. */
export function reactive<Props extends object>(first: Props): Props {
  const props = $state(first);
  return props;
}
