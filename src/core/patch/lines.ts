// A text by its lines without a string for each: where every line starts, and the questions that the patch readers ask of a line.

/** Lines count from zero here; the line end at the text's end starts no new one. */
export class TextLines {
  /** Number of lines. */
  readonly length: number;
  /** Offset of every line, and one past the last line end (or where it would stand). */
  readonly starts: readonly number[];

  constructor(readonly text: string) {
    const starts = [0];
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
    if (starts[starts.length - 1] !== text.length) starts.push(text.length + 1);
    this.starts = starts;
    this.length = starts.length - 1;
  }

  /** Offset of a line's first character; past the last line, one past the text's last line end. */
  start(line: number): number {
    return this.starts[line < this.length ? line : this.length] ?? 0;
  }

  /** Offset of a line's end, before its `\n`. */
  end(line: number): number {
    return this.start(line + 1) - 1;
  }

  /** The line without its line end; undefined past the last one. */
  at(line: number): string | undefined {
    return line < this.length ? this.text.slice(this.start(line), this.end(line)) : undefined;
  }

  /** Lines `from` to `to` as they stand, without the last one's line end. */
  slice(from: number, to: number): string {
    return this.text.slice(this.start(from), Math.max(this.start(from), this.end(to - 1)));
  }

  /** True when the line begins with `prefix`, which holds no line end. */
  startsWith(line: number, prefix: string): boolean {
    return line < this.length && this.text.startsWith(prefix, this.start(line));
  }

  /** The code of the line's first character: that of `\n` for an empty line, NaN past the last one, for no line starts where the text ends. */
  firstCode(line: number): number {
    return this.text.charCodeAt(this.start(line));
  }

  /** True when the line ends in CR. */
  endsInCr(line: number): boolean {
    return line < this.length && this.end(line) > this.start(line) && this.text.charCodeAt(this.end(line) - 1) === 0x0d;
  }
}
