// The line that a document was opened at, followed while the editor lays it out.
import { describe, expect, it } from "vitest";
import { Sight, type DrawnRange, type Sighting } from "../../src/vscode/diff/sight.js";

const range = (fromLine: number, toLine: number): DrawnRange => ({ fromLine, toLine });

/** What is to be done after each of some looks. */
function looks(line: number, ...all: (readonly DrawnRange[])[]): Sighting[] {
  const sight = new Sight(line);
  return all.map((ranges) => sight.look(ranges));
}

describe("a line that a document was opened at", () => {
  it("is shown again when it is not in sight at first, and when folds have moved it away", () => {
    expect(looks(480, [range(1, 40)])).toEqual(["reveal"]);
    expect(looks(480, [range(470, 510)], [range(436, 437), range(447, 473)])).toEqual(["wait", "reveal"]);
    expect(looks(480, [range(470, 510)], [range(800, 840)], [range(470, 510)])).toEqual(["wait", "reveal", "wait"]);
  });

  it("is waited for while nothing is drawn", () => {
    expect(looks(480, [], [], [range(1, 40)])).toEqual(["wait", "wait", "reveal"]);
  });

  it("is left alone once the reader scrolls away from it", () => {
    expect(looks(480, [range(470, 510)], [range(476, 516)], [range(481, 521)])).toEqual(["wait", "wait", "stop"]);
  });

  it("is no longer followed once it has stayed in sight for a while", () => {
    expect(looks(480, ...Array.from({ length: 30 }, () => [range(470, 510)])).slice(-2)).toEqual(["wait", "stop"]);
  });

  it("is given up when the editor moves it away again and again", () => {
    const sight = new Sight(480);
    const seen = Array.from({ length: 40 }, (_, at) => sight.look(at % 2 === 0 ? [range(1, 40)] : [range(470, 510)]));
    expect(seen).toContain("stop");
    expect(seen.filter((one) => one === "reveal")).toHaveLength(6);
  });
});
