// Problems: what a reader could not take as it stands. Readers return them beside their result and never throw.

/** Where in the input a problem stands. Every member is absent when it is not known. */
export interface ProblemPlace {
  /** The mail's id, without `<>`. */
  readonly messageId?: string;
  /** The mail's place in the input, from zero; for mails without an id. */
  readonly messageIndex?: number;
  /** Byte range in the input. */
  readonly from?: number;
  readonly to?: number;
  /** Line, from one, in the text that the problem is about (`file` says which, when there is one). */
  readonly line?: number;
  readonly file?: string;
  /** Hunk, from one, in that file's patch. */
  readonly hunk?: number;
}

/**
 * One problem. `kind` is a stable, kebab-case word that tests and the edges match; `detail` is raw data from the
 * input or a number (never a sentence for the user: the edges own the sentences, in `src/vscode/problems.ts` and the CLI).
 */
export interface Problem extends ProblemPlace {
  readonly kind: string;
  readonly severity: "error" | "warning" | "note";
  readonly detail?: string;
}
