// Which scenario is offered first.
import { describe, expect, it } from "vitest";
import { scenariosFor } from "../../../src/core/simulate/fitting.js";
import { createSimulator } from "../../../src/core/simulate/simulate.js";
import { corpusNote, hasCorpus } from "../corpus.js";
import { kernel } from "../kernel/kernel.js";
import { readCorpusSeries } from "../kernel/series.js";
import { mini, reader } from "./check.js";

const scenario = (name: string, needs: string, cpus: number, body = ""): { name: string; text: string } =>
  ({ name: `scenarios/${name}.c`, text: `/* scenario: ${name}\nneeds: ${needs}\n${Array.from({ length: cpus }, (_, index) => `cpu${String(index)}: x\n`).join("")}*/\n${body}` });
const two = { ...mini, scenarios: [scenario("a", "get, put", 2), scenario("b", "get, put", 1), scenario("c", "put", 1), scenario("d", "missing", 1)] };
const sets = (code: string[], changed: string[], said: string[] = []): Parameters<typeof scenariosFor>[1] => ({ code: [new Set(code)], changed: new Set(changed), said: new Set(said) });

describe("scenarios for a code", () => {
  it("are those whose functions are there, on one side at least", () => {
    expect(scenariosFor(two, sets(["put"], []))).toEqual(["c"]);
    expect(scenariosFor(two, { ...sets([], []), code: [new Set(["put"]), new Set(["missing"])] })).toEqual(["c", "d"]);
  });

  it("come in the order of how much of them the patch changes, then of fewer CPUs", () => {
    expect(scenariosFor(two, sets(["get", "put"], ["put"]))).toEqual(["c", "b", "a"]);
    expect(scenariosFor(two, sets(["get", "put"], ["get"]))).toEqual(["b", "a", "c"]);
  });

  it("come first when they are talked about", () => {
    expect(scenariosFor(two, sets(["get", "put"], ["put"], ["get"]))).toEqual(["b", "a", "c"]);
  });
});

describe.skipIf(!hasCorpus)(`the vfio series${corpusNote}`, () => {
  it("v1 3/5, which changes how a group is created, is offered that first; v2 5/5 the open against the last put", async () => {
    const series = await readCorpusSeries();
    const simulator = createSimulator(reader, kernel);
    const first = (version: number, n: number, said: string[]): string | undefined => {
      const found = series(version, n);
      const sides = (["before", "after"] as const).map((side) => {
        const images = found?.code.images.paths(found.code.index, side).flatMap((path) => found.code.images.image(found.code.index, path, side) ?? []) ?? [];
        return { code: { images, revision: version, patch: n }, changed: found?.code.changed(side) ?? [] };
      });
      return scenariosFor(kernel, {
        code: sides.map(({ code }) => new Set(simulator.functionsIn(code))),
        changed: new Set(sides.flatMap(({ code, changed }) => simulator.functionsOn(code, changed))), said: new Set(said),
      })[0];
    };
    expect(first(1, 3, [])).toBe("create");
    expect(first(1, 3, ["vfio_create_group"])).toBe("create");
    expect(first(2, 5, ["vfio_group_try_get", "vfio_group_fops_open", "vfio_group_put"])).toBe("open-last-put");
  });
});
