// Programs are compiled once for as long as nothing that they are made of changes.
import { expect, it } from "vitest";
import { Readings } from "../../../src/core/simulate/drafts.js";
import { Programs } from "../../../src/core/simulate/programs.js";
import { imageOf, mini, reader, requestOf } from "./check.js";

it("compiles again only when the code, the scenario, the what-if or the number of users is another", () => {
  const programs = new Programs(new Readings(reader), mini);
  const code = imageOf("int x;\nvoid f(void) { x = 1; }\n");
  const scenario = "/* scenario: once */\nvoid cpu0(void) { f(); }\nvoid user(void) { f(); }\n";
  const whatIf = { name: "none", title: "", edits: [[{ action: "drop", function: "f", find: "x = 1;" }]] } as const;
  const first = programs.prepare([code], requestOf(scenario));
  expect(first.kind).toBe("program");
  expect(programs.prepare([code], requestOf(scenario))).toBe(first);
  const others = [
    programs.prepare([imageOf("int x;\nvoid f(void) { x = 1; }\n")], requestOf(scenario)), programs.prepare([code], requestOf(`${scenario}\n`)),
    programs.prepare([code], requestOf(scenario, { whatIf })), programs.prepare([code], requestOf(scenario, { users: 2 })),
  ];
  expect(new Set([first, ...others]).size).toBe(5);
  expect(programs.prepare([code], requestOf(scenario))).toBe(first);
});
