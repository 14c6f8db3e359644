// Values that are worked out when they are first asked for: bodies, addresses, patches. Most of a big mailbox is never opened.

/** A function that runs `compute` on its first call and gives the same value ever after. */
export function once<Value>(compute: () => Value): () => Value {
  let held: { readonly value: Value } | undefined;
  return () => (held ??= { value: compute() }).value;
}
