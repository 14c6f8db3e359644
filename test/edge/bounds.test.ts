// Bounds of a run, from the settings of the editor.
import { describe, expect, it } from "vitest";
import { boundsFrom, boundSettings, defaultBounds } from "../../src/vscode/panel/bounds.js";

const from = (settings: Record<string, unknown>): ReturnType<typeof boundsFrom> => boundsFrom((name) => settings[name]);

describe("the bounds of a run", () => {
  it("are the settings'", () => {
    expect(from({ [boundSettings.maxStates]: 500, [boundSettings.maxSteps]: 60, [boundSettings.maxSwitches]: 0 })).toEqual({ maxStates: 500, maxSteps: 60, maxPreemptions: 0 });
  });

  it("are the defaults where a setting says nothing or nonsense", () => {
    expect(from({})).toEqual(defaultBounds);
    expect(from({ [boundSettings.maxStates]: 0, [boundSettings.maxSteps]: "many", [boundSettings.maxSwitches]: -1 })).toEqual(defaultBounds);
    expect(from({ [boundSettings.maxStates]: 1.5, [boundSettings.maxSteps]: null, [boundSettings.maxSwitches]: null })).toEqual(defaultBounds);
  });
});
