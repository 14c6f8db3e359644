// What a bench file exports, and what it measures.

/** One thing measured twice on the same input in the same run: by us and by a program that people trust. */
export interface Measurement {
  readonly name: string;
  /** Milliseconds, the median of some rounds. */
  readonly ours: number;
  /** Null where the other program was not run; `detail` says why. */
  readonly theirs: number | null;
  /** What else is worth a word: throughput, memory. */
  readonly detail?: string;
}

/** A bench file's default export. */
export interface Bench {
  /** What is measured, and against what, as a headline. */
  readonly title: string;
  /** Measures; a string instead says why it cannot here. */
  readonly measure: () => Promise<readonly Measurement[] | string>;
}

/** The middle one of some numbers. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
