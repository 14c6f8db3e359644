// Values that are worked out when they are first asked for: bodies, addresses, patches. Most of a big mailbox is never opened.

/** A function that runs `compute` on its first call and gives the same value ever after. */
export function once<Value>(compute: () => Value): () => Value {
  let held: { readonly value: Value } | undefined;
  return () => (held ??= { value: compute() }).value;
}

/** A copy with some members replaced; members that are worked out on demand stay so, which a spread would undo. */
export function replaceMembers<Shape extends object>(original: Shape, changes: Partial<Shape>): Shape {
  const copy = Object.defineProperties({}, Object.getOwnPropertyDescriptors(original));
  for (const [name, value] of Object.entries(changes)) Object.defineProperty(copy, name, { value, enumerable: true, configurable: true, writable: true });
  return copy as Shape; // It has every member of the original, under the same names.
}
