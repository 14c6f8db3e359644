// Finds quoted words where line breaks no longer help: text that was wrapped anew, or a sentence that the reply cut in two.

/** A text as one stream of characters without white space and quote marks. */
export interface Flow {
  readonly text: string;
  /** Offset in `text` where each line starts. */
  readonly starts: readonly number[];
}

export interface FlowMatch {
  /** Index, from zero, of the line where the words end. */
  readonly line: number;
  readonly ambiguous: boolean;
}

/** Fewer characters than this are only believed right behind the words before them. */
const LEAST_LENGTH = 12;
/** Searches in one text for one mail; each may cost the length of the text. */
const MAX_SEARCHES = 200;

/** `keys` are lines without white space. */
export function flowOf(keys: readonly string[]): Flow {
  const starts: number[] = [];
  const pieces: string[] = [];
  let length = 0;
  for (const key of keys) {
    const piece = withoutMarks(key);
    starts.push(length);
    pieces.push(piece);
    length += piece.length;
  }
  return { text: pieces.join(""), starts };
}

/**
 * Looks for quoted lines in a flow. `known` gives, for lines that are found already, the line of the flow; their
 * neighbors are looked for right behind them. Null for known lines and for those that are not found.
 */
export function matchFlow(quote: readonly string[], known: readonly (number | null)[], flow: Flow): (FlowMatch | null)[] {
  let cursor = -1;
  let searches = 0;
  /** The words right before the cursor could stand elsewhere, too. */
  let doubtful = false;
  return quote.map((key, index) => {
    const line = known[index] ?? null;
    if (line !== null) {
      cursor = flow.starts[line + 1] ?? flow.text.length;
      doubtful = false;
      return null;
    }
    const words = withoutMarks(key);
    if (words === "") return null;
    if (cursor >= 0 && flow.text.startsWith(words, cursor)) {
      cursor += words.length;
      return { line: lineAt(flow, cursor - 1), ambiguous: doubtful || words.length < 3 };
    }
    if (words.length < LEAST_LENGTH || searches++ >= MAX_SEARCHES) return null;
    const found = flow.text.indexOf(words, Math.max(0, cursor));
    const first = found >= 0 ? found : flow.text.indexOf(words);
    if (first < 0) return null;
    doubtful = flow.text.indexOf(words, first + 1) >= 0 || flow.text.lastIndexOf(words, first - 1) >= 0 && first > 0;
    cursor = first + words.length;
    return { line: lineAt(flow, cursor - 1), ambiguous: doubtful };
  });
}

/** A key without the quote marks that it begins with. */
export function withoutMarks(key: string): string {
  let at = 0;
  while (key.charAt(at) === ">") at++;
  return key.slice(at);
}

function lineAt(flow: Flow, offset: number): number {
  let low = 0;
  let high = flow.starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((flow.starts[middle] ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
