// A place in the code of a function that jumps lead to.

/** `at` is the index of its instruction; negative while it stands nowhere. */
export class Label { at = -1 }
