// Patches and images as values. Side A is before, side B is after, everywhere. Lines count from one, as in git and in mail.
import type { Problem } from "../problem.js";

export type Side = "before" | "after";

export interface HunkLine {
  readonly sign: " " | "-" | "+";
  /** Without the sign; without the line end. */
  readonly text: string;
  /** Line number on each side; null where the line is not on that side. */
  readonly lineA: number | null;
  readonly lineB: number | null;
  /** Line, from one, in the patch text that was parsed. */
  readonly textLine: number;
  /** True when `\ No newline at end of file` follows. */
  readonly noNewline?: true;
  /** The line as it stood, with what followed up to the next one, where that is not what git writes for it: a blank that was lost, a broken line, another marker. */
  readonly written?: string;
}

export interface Hunk {
  readonly fromA: number;
  readonly countA: number;
  readonly fromB: number;
  readonly countB: number;
  /** What stands after the second `@@`, trimmed; "" when nothing does. git's guess at the enclosing function. */
  readonly heading: string;
  readonly lines: readonly HunkLine[];
  /** Line, from one, of the `@@` line in the patch text. */
  readonly textLine: number;
  /** True when the text's lines end in CR LF; that CR is the mail's and not part of the lines. */
  readonly crlf?: true;
  /** The `@@` line as it stood, where git writes it in another way. */
  readonly written?: string;
}

/** One line of a combined diff. */
export interface CombinedLine {
  /** One of ` `, `-`, `+` for each parent. */
  readonly signs: string;
  /** Without the signs; without the line end. */
  readonly text: string;
  /** Line number in the merge's result; null where the line is not in it. */
  readonly lineB: number | null;
  /** Line, from one, in the patch text. */
  readonly textLine: number;
}

export interface CombinedHunk {
  /** The range of the merge's result. */
  readonly from: number;
  readonly count: number;
  readonly heading: string;
  readonly lines: readonly CombinedLine[];
  readonly textLine: number;
}

/** A merge's change against all of its parents (`diff --cc`): there to be looked at; it has no hunks that could be applied. */
export interface CombinedDiff {
  readonly parents: number;
  readonly hunks: readonly CombinedHunk[];
}

export type FileStatus = "added" | "deleted" | "modified" | "renamed" | "copied";

export interface PatchFile {
  /** The name to show: the after side's, or the before side's for a deleted file. Never absolute, never with `..`. */
  readonly path: string;
  /** null where the file does not exist on that side. */
  readonly pathA: string | null;
  readonly pathB: string | null;
  readonly status: FileStatus;
  readonly binary: boolean;
  readonly oldMode: string | null;
  readonly newMode: string | null;
  /** Abbreviated or full blob ids of the `index` line; null when there is none. */
  readonly blobA: string | null;
  readonly blobB: string | null;
  readonly additions: number;
  readonly deletions: number;
  readonly hunks: readonly Hunk[];
  /** Lines, from one, of the patch text that belong to this file: first, and one past the last. */
  readonly textFrom: number;
  readonly textTo: number;
  /** The header lines as they stood, from `textFrom` to the first hunk; binary data and the whole of a combined diff included. */
  readonly header?: string;
  /** Set for a combined diff, which has no hunks. */
  readonly combined?: CombinedDiff;
}

/** Lines of a patch text that belong to no file or hunk that was read: prose, a signature, a damaged hunk, a refused file. */
export interface Passage {
  readonly text: string;
  /** Line, from one, in the patch text. */
  readonly textLine: number;
}

export interface Patch {
  readonly files: readonly PatchFile[];
  readonly problems: readonly Problem[];
  /** What stands between, above and below the files; with it `printPatch` gives back the text. Absent in patches that were not parsed. */
  readonly passages?: readonly Passage[];
  /** True when the last line of the text has no line end. */
  readonly openEnd?: true;
}

/** How sure a line of an image is: from a git tree, from other patches of the series, or from this patch itself. */
export type ImageSource = "tree" | "series" | "patch";

/** A run of lines that nobody has shown us. */
export interface Gap {
  /** First and last unknown line, from one. The last gap of a file whose end is not known has `to` null. */
  readonly from: number;
  readonly to: number | null;
  /** The heading of the hunk that follows: the function that this gap ends inside of, as git says; "" when not known. */
  readonly heading: string;
}

/** The text of one file on one side, as far as it is known, under its true line numbers. */
export interface Image {
  readonly path: string;
  readonly side: Side;
  /** Index 0 is line 1; undefined where the line is not known. Ends with the last known line. */
  readonly lines: readonly (string | undefined)[];
  readonly gaps: readonly Gap[];
  /** Worst source that was needed for the lines of this patch's own hunks and best-effort source of the rest. */
  readonly source: ImageSource;
  /** True when the file does not exist on this side (an added file's before). */
  readonly absent: boolean;
  /** For each hunk heading: the line where the hunk starts, and the heading text; for partial functions. */
  readonly headings: readonly { readonly line: number; readonly text: string }[];
  /** True when the whole file is known (no gap, end included). */
  readonly whole: boolean;
  /** True when the last line is known to have no line end. */
  readonly noNewline?: true;
  /** True when the whole text has the blob id that the patch's `index` line names. */
  readonly verified?: true;
}

/** A range in an image's rendered text (see `renderImage`): lines and columns from one and zero, offsets from zero. */
export interface SourceRange {
  readonly path: string;
  readonly side: Side;
  /** Line from one. */
  readonly line: number;
  /** UTF-16 column from zero. */
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** UTF-16 offsets into the rendered text. */
  readonly from: number;
  readonly to: number;
}
