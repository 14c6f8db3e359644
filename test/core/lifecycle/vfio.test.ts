// The lifecycles of the first case: vfio_group before and after the move to the modern cdev lifecycle.
import { beforeAll, describe, expect, it } from "vitest";
import type { CReader } from "../../../src/core/c/reader.js";
import { golden } from "../../golden.js";
import { hasCorpus, vfioPatches } from "../c/corpus.js";
import { openReader, printView, unescaped, viewOfPatch } from "./check.js";

let reader: CReader;
beforeAll(async () => {
  reader = await openReader();
});

describe.skipIf(!hasCorpus)("vfio (skipped where ../shared/corpus is missing)", () => {
  it("v2 5 of 5 alone", async (t) => {
    golden(t, printView(viewOfPatch(reader, await vfioPatches(2), 4, true)));
  });

  it("v2 5 of 5 as mermaid text", async (t) => {
    const view = viewOfPatch(reader, await vfioPatches(2), 4, false);
    golden(t, [view.before, view.after, view.structure?.before, view.structure?.after].map((diagram) => unescaped(diagram?.text ?? "none")).join("\n"));
  });

  for (const version of [1, 2, 3] as const) {
    for (const number of [1, 2, 3, 4, 5]) {
      it(`v${version} ${number} of 5`, async (t) => {
        golden(t, printView(viewOfPatch(reader, await vfioPatches(version), number - 1, false, "vfio_group")));
      });
    }
  }

  it("chooses vfio_group from the third patch on in every version", async () => {
    for (const version of [1, 2, 3] as const) {
      const patches = await vfioPatches(version);
      for (const index of [2, 3, 4]) expect(viewOfPatch(reader, patches, index, false).struct, `v${version} ${index + 1}/5`).toBe("vfio_group");
    }
  });

  it("names who keeps the group alive: users before 5 of 5, the device and its cdev after", async () => {
    const view = viewOfPatch(reader, await vfioPatches(2), 4, false);
    expect(view.owners.map(({ who, change, before, after }) => [who, change, before, after])).toEqual([
      ["count users", "changed", "the last put in vfio_group_put() frees it", "the last put in vfio_group_put() gives up a reference of device dev"],
      ["device dev", "new", null, "its last reference runs vfio_group_release(), which frees it"],
      ["the cdev's reference of its parent", "new", null, "cdev_device_del in vfio_group_put() and the last open file of the character device is closed"],
    ]);
    expect(view.owners[2]?.begins.map((site) => `${site.function} ${site.range.side}`)).toEqual(["vfio_create_group after"]);
  });

  it("frees the group only in its release function after 5 of 5, and holds the minor until then", async () => {
    const view = viewOfPatch(reader, await vfioPatches(2), 4, false);
    const releases = (resource: string): string[] => (view.pairs.find((row) => row.resource === resource)?.release ?? []).filter((site) => site.range.side === "after").map((site) => site.function);
    expect(releases("id group_ida")).toEqual(["vfio_group_release"]);
    // The other one is the error path of the allocation itself, before anything else knows the group.
    expect(releases("memory")).toEqual(["vfio_group_release", "vfio_group_alloc"]);
    expect(view.after?.nodes.find((node) => node.id === "n_unpublished")?.label).toContain("still id from group_ida");
    expect(view.before?.nodes.find((node) => node.id === "n_unpublished")?.label).not.toContain("id from");
    const freed = view.before?.edges.find((edge) => edge.from === "n_unpublished" && edge.to === "n_freed");
    expect(freed?.label).toContain("vfio_group_put via vfio_group_unlock_and_free");
  });
});
