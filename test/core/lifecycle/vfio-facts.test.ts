// Facts of the vfio series, checked by hand against its patches: where each resource is taken and given back, before and after.
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import type { CReader } from "../../../src/core/c/reader.js";
import { readMailbox } from "../../../src/core/mail/read.js";
import { parsePatch } from "../../../src/core/patch/parse.js";
import type { Patch } from "../../../src/core/patch/types.js";
import { hasCorpus, vfioPatches } from "../c/corpus.js";
import { factOf, openReader, waysInPatch } from "./check.js";

let reader: CReader;
beforeAll(async () => {
  reader = await openReader();
});

/** `struct resource: taken in | given back in => the same after, [change]`; `-` is nowhere in the patch. */
const SERIES: Readonly<Record<string, readonly string[]>> = {
  "v2 1/5": [
    "vfio_group_put_work memory: vfio_group_schedule_put | vfio_group_put_bg => - | - [gone]",
    "vfio_group_put_work work work: vfio_group_schedule_put | - => - | - [gone]",
    "vfio_unbound_dev memory: - | vfio_group_release => - | vfio_group_unlock_and_free [changed]",
    "vfio_unbound_dev list unbound_next: - | vfio_group_release => - | vfio_group_unlock_and_free [changed]",
    "vfio_group memory: vfio_create_group | vfio_create_group vfio_group_unlock_and_free => vfio_create_group | vfio_create_group vfio_group_unlock_and_free [same]",
    "vfio_group kref kref: vfio_create_group vfio_group_get | vfio_group_put => vfio_create_group vfio_group_get | vfio_group_put [same]",
    "vfio_group reference iommu_group: - | vfio_group_release => - | vfio_group_release [same]",
    "vfio_group list vfio_next: vfio_create_group | vfio_group_release => vfio_create_group | vfio_group_release [same]",
    "vfio_group created device: vfio_create_group | vfio_group_release => vfio_create_group | vfio_group_release [same]",
    "vfio_group id group_idr: vfio_alloc_group_minor | vfio_free_group_minor => vfio_alloc_group_minor | vfio_free_group_minor [same]",
    "vfio_group notifier nb: vfio_create_group | vfio_group_unlock_and_free => vfio_create_group | vfio_group_unlock_and_free [same]",
  ],
  "v2 3/5": [
    "vfio_group reference iommu_group: - | vfio_group_release => vfio_create_group | vfio_create_group vfio_group_unlock_and_free [changed]",
    "vfio_group memory: vfio_create_group | vfio_create_group vfio_group_unlock_and_free => vfio_create_group | vfio_create_group vfio_group_unlock_and_free [same]",
    "vfio_group kref kref: vfio_create_group vfio_group_get | vfio_group_put => vfio_create_group vfio_group_get | vfio_group_put [same]",
    "vfio_group created device: vfio_create_group | vfio_group_release => vfio_create_group | vfio_group_release [same]",
    "vfio_group lock device_lock: vfio_create_group | - => vfio_create_group | - [same]",
  ],
  "v2 4/5": [
    "vfio_group kref kref: vfio_create_group vfio_group_get | vfio_group_put => - | - [gone]",
    "vfio_group count users: - | - => vfio_create_group vfio_group_get | vfio_group_put [new]",
    "vfio_group created device: vfio_create_group | vfio_group_release => vfio_create_group | vfio_group_put [changed]",
    "vfio_group list vfio_next: vfio_create_group | vfio_group_release => vfio_create_group | vfio_group_put [changed]",
    "vfio_group reference iommu_group: vfio_create_group | vfio_create_group vfio_group_unlock_and_free => vfio_create_group | vfio_create_group vfio_group_unlock_and_free [same]",
    "vfio_group memory: vfio_create_group | vfio_create_group vfio_group_unlock_and_free => vfio_create_group | vfio_create_group vfio_group_unlock_and_free [same]",
    "vfio_group id group_idr: vfio_alloc_group_minor | vfio_free_group_minor => vfio_alloc_group_minor | vfio_free_group_minor [same]",
  ],
  "v2 5/5": [
    "vfio_group id group_idr: vfio_alloc_group_minor | vfio_free_group_minor => - | - [gone]",
    "vfio_group id group_ida: - | - => vfio_group_alloc | vfio_group_release [new]",
    "vfio_group created device: vfio_create_group | vfio_group_put => - | - [gone]",
    "vfio_group device dev: - | - => vfio_create_group vfio_group_alloc | vfio_create_group vfio_group_put [new]",
    "vfio_group cdev cdev: - | - => vfio_create_group vfio_group_alloc | vfio_group_put [new]",
    "vfio_group memory: vfio_create_group | vfio_create_group vfio_group_unlock_and_free => vfio_group_alloc | vfio_group_alloc vfio_group_release [changed]",
    "vfio_group reference iommu_group: vfio_create_group | vfio_create_group vfio_group_unlock_and_free => vfio_group_alloc | vfio_group_release [changed]",
    "vfio_group notifier nb: vfio_create_group | vfio_group_unlock_and_free => vfio_create_group | vfio_create_group vfio_group_put [changed]",
    "vfio_group count users: vfio_create_group vfio_group_get | vfio_group_put => vfio_group_alloc vfio_group_get vfio_group_try_get | vfio_group_put [changed]",
    "vfio_group list vfio_next: vfio_create_group | vfio_group_put => vfio_create_group | vfio_group_put [same]",
    "vfio_group lock device_lock: vfio_create_group | - => vfio_group_alloc | vfio_group_release [changed]",
    "vfio_group lock unbound_lock: vfio_create_group | - => vfio_group_alloc | vfio_group_release [changed]",
    "vfio_unbound_dev memory: - | vfio_group_unlock_and_free => - | vfio_group_release [changed]",
    "vfio_unbound_dev list unbound_next: - | vfio_group_unlock_and_free => - | vfio_group_release [changed]",
    "vfio cdev group_cdev: vfio_init | vfio_cleanup => - | - [gone]",
    "vfio id table group_idr: vfio_init | vfio_cleanup => - | - [gone]",
    "vfio id table group_ida: - | - => vfio_init | vfio_cleanup [new]",
    "vfio lock group_lock: vfio_init | - => vfio_init | - [same]",
  ],
  "v3 5/5": [
    "vfio_group count users: vfio_create_group vfio_group_get | vfio_group_put => vfio_group_alloc vfio_group_fops_open vfio_group_get | vfio_group_put [changed]",
    "vfio_group id group_ida: - | - => vfio_group_alloc | vfio_group_release [new]",
    "vfio_group memory: vfio_create_group | vfio_create_group vfio_group_unlock_and_free => vfio_group_alloc | vfio_group_alloc vfio_group_release [changed]",
  ],
  "v1 3/5": [
    "vfio_group reference iommu_group: - | vfio_group_release => vfio_create_group | vfio_create_group vfio_group_unlock_and_free [changed]",
    "vfio_group memory: vfio_create_group | vfio_create_group vfio_group_unlock_and_free => vfio_create_group | vfio_create_group vfio_group_unlock_and_free [same]",
  ],
  "v1 5/5": [
    "vfio_group memory: vfio_create_group | vfio_create_group vfio_group_unlock_and_free => vfio_group_alloc | vfio_group_alloc vfio_group_release [changed]",
    "vfio_group count users: vfio_create_group vfio_group_get | vfio_group_put => vfio_group_alloc vfio_group_get vfio_group_try_get | vfio_group_put [changed]",
  ],
};

/** What happens on each way through a function: `patch side function`, then the ways. */
const WAYS: Readonly<Record<string, readonly string[]>> = {
  // Alex Williamson's "????": the way of success runs into the label of the errors.
  "v1 3/5 after vfio_create_group": [
    "error:",
    "error: kzalloc kref_init iommu_group_ref_get iommu_group_put kfree",
    "error: kzalloc kref_init iommu_group_ref_get iommu_group_register_notifier iommu_group_unregister_notifier iommu_group_put kfree",
    "error: kzalloc kref_init iommu_group_ref_get iommu_group_register_notifier idr_alloc idr_remove iommu_group_unregister_notifier iommu_group_put kfree",
    // The loser of a race gives back what somebody else made.
    "end: kzalloc kref_init iommu_group_ref_get iommu_group_register_notifier iommu_group_unregister_notifier iommu_group_put kfree",
    "success: kzalloc kref_init iommu_group_ref_get iommu_group_register_notifier idr_alloc device_create list_add iommu_group_put kfree",
  ],
  "v2 3/5 after vfio_create_group": [
    "error:",
    "error: kzalloc kref_init iommu_group_ref_get iommu_group_put kfree",
    "error: kzalloc kref_init iommu_group_ref_get iommu_group_register_notifier iommu_group_unregister_notifier iommu_group_put kfree",
    "error: kzalloc kref_init iommu_group_ref_get iommu_group_register_notifier idr_alloc idr_remove iommu_group_unregister_notifier iommu_group_put kfree",
    "end: kzalloc kref_init iommu_group_ref_get iommu_group_register_notifier iommu_group_unregister_notifier iommu_group_put kfree",
    "success: kzalloc kref_init iommu_group_ref_get iommu_group_register_notifier idr_alloc device_create list_add",
  ],
  "v2 5/5 after vfio_group_alloc": [
    "error:",
    "error: kzalloc kfree",
    "success: kzalloc ida_alloc_max device_initialize cdev_init refcount_set iommu_group_ref_get",
  ],
  "v2 5/5 after vfio_group_put": [
    "end: refcount_dec_and_mutex_lock",
    "end: refcount_dec_and_mutex_lock! list_del cdev_device_del iommu_group_unregister_notifier put_device",
  ],
  "v2 5/5 before vfio_group_put": [
    "end: refcount_dec_and_mutex_lock",
    "end: refcount_dec_and_mutex_lock! device_destroy list_del idr_remove iommu_group_unregister_notifier iommu_group_put kfree",
  ],
  "v2 5/5 after vfio_group_release": ["end: iommu_group_put ida_free kfree"],
  "v2 5/5 after vfio_group_try_get": ["end: refcount_inc_not_zero"],
};

describe.skipIf(!hasCorpus)("the series (skipped where ../shared/corpus is missing)", () => {
  const split = (at: string): { version: 1 | 2 | 3; index: number } => {
    const found = /^v([123]) (\d)\/5/.exec(at);
    if (found === null) throw new Error(`not a patch: ${at}`);
    // The expression above takes these three figures only.
    return { version: Number(found[1]) as 1 | 2 | 3, index: Number(found[2]) - 1 };
  };

  it("has at least 40 facts", () => {
    expect(Object.values(SERIES).flat().length).toBeGreaterThanOrEqual(40);
  });

  for (const [at, facts] of Object.entries(SERIES)) {
    it.each(facts)(`${at} %s`, async (fact) => {
      const { version, index } = split(at);
      expect(factOf(reader, await vfioPatches(version), index, fact)).toBe(fact);
    });
  }

  it.each(Object.keys(WAYS))("ways: %s", async (at) => {
    const { version, index } = split(at);
    const [side, name] = at.split(" ").slice(2);
    const found = waysInPatch(reader, await vfioPatches(version), index, side === "before" ? "before" : "after", "vfio_group", name ?? "");
    expect(found).toEqual([...(WAYS[at] ?? [])].sort());
  });
});

describe("the bundled sample, a patch alone", () => {
  let patches: Patch[];
  beforeAll(async () => {
    const bytes = readFileSync("media/samples/vfio-group-cdev-v2-5of5.txt");
    const mailbox = await readMailbox(bytes, { gunzip: () => undefined, sha1: () => new Uint8Array(20) });
    patches = mailbox.messages.map((message) => parsePatch(message.text)).filter((patch) => patch.files.length > 0).slice(0, 1);
  });

  it.each([
    "vfio_group id group_idr: vfio_alloc_group_minor | vfio_free_group_minor => - | - [gone]",
    "vfio_group id group_ida: - | - => vfio_group_alloc | vfio_group_release [new]",
    "vfio_group memory: vfio_create_group | vfio_create_group vfio_group_unlock_and_free => vfio_group_alloc | vfio_group_alloc vfio_group_release [changed]",
    "vfio_group device dev: - | - => vfio_create_group vfio_group_alloc | vfio_create_group vfio_group_put [new]",
    "vfio_group cdev cdev: - | - => vfio_create_group vfio_group_alloc | vfio_group_put [new]",
    "vfio_group list vfio_next: vfio_create_group | vfio_group_put => vfio_create_group | vfio_group_put [same]",
    "vfio_group reference iommu_group: vfio_create_group | vfio_create_group vfio_group_unlock_and_free => vfio_group_alloc | vfio_group_release [changed]",
    // The head of vfio_group_put() with its refcount_dec_and_mutex_lock() is not in the patch.
    "vfio_group count users: vfio_create_group vfio_group_get | - => vfio_group_alloc vfio_group_get vfio_group_try_get | - [changed]",
    "vfio cdev group_cdev: vfio_init | vfio_cleanup => - | - [gone]",
  ])("%s", (fact) => {
    expect(factOf(reader, patches, 0, fact)).toBe(fact);
  });
});
