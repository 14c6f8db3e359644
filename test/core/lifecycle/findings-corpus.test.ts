// False alarms, counted: what is found in every kernel patch of the corpus is exactly what was judged by reading the code, so a new one is noticed.
import { beforeAll, expect, it } from "vitest";
import type { CReader } from "../../../src/core/c/reader.js";
import { findInPatch } from "../../../src/core/lifecycle/findings/find.js";
import { buildSeriesImages } from "../../../src/core/patch/images.js";
import type { Image, Side } from "../../../src/core/patch/types.js";
import { hasCorpus, listBoxes, patchesOf } from "../c/corpus.js";
import { openReader } from "../c/check.js";

/** `real`: the code is wrong. `deliberate`: it does what the sentence says, and means to. `wrong`: the code is right, a false alarm. */
type Judgement = "real" | "deliberate" | "wrong";

interface Judged {
  readonly finding: string;
  readonly judgement: Judgement;
  /** What reading the code has shown. */
  readonly why: string;
}

const freedAndReturned = "the branch for a group that exists frees the new group and returns it, not the one that exists";
const doubleFreeTest = "a test of KASAN that frees twice to see that it is reported; the patch only renames the call";

/** By mailbox and patch: a finding is made of what the patch has to do with it, its kind, function, object, and line. */
const judged: readonly Judged[] = [
  { finding: "vfio-group-cdev-all [PATCH 3/5] new frees-live vfio_create_group group 440", judgement: "real", why: freedAndReturned },
  { finding: "vfio-group-cdev-all [PATCH 5/5] fixed frees-live vfio_create_group group 440", judgement: "real", why: freedAndReturned },
  { finding: "vfio-group-cdev-v1 [PATCH 3/5] new frees-live vfio_create_group group 440", judgement: "real", why: freedAndReturned },
  { finding: "vfio-group-cdev-v1 [PATCH 5/5] fixed frees-live vfio_create_group group 440", judgement: "real", why: freedAndReturned },
  {
    finding: "big-x86-hyper-v-add-hyper-v-isolation-vm-support [RFC PATCH 10/12] new guard-leak hv_bounce_page_list_alloc kmem_cache_alloc(channel->bounce_page_cache, __GFP_ZERO | GFP_ATOMIC) 247",
    judgement: "real", why: "where ioremap_cache() fails, the new element is on no list yet, and the error path frees its page and the list only",
  },
  {
    finding: "big-x86-hyper-v-add-hyper-v-isolation-vm-support [PATCH V5 12/12] new double-put netvsc_alloc_pages pages[i] 417",
    judgement: "real", why: "the clean-up loop counts with j and frees pages[i] in each round",
  },
  {
    finding: "big-x86-hyper-v-add-hyper-v-isolation-vm-support [PATCH V5 12/12] new guard-leak netvsc_map_pages kcalloc(pg_count, sizeof(*pfns), GFP_KERNEL) 444",
    judgement: "real", why: "a page that is missing ends the function without kfree(pfns)",
  },
  { finding: "cifs-mm-treewide-rename-kzfree-to-kfree_sensitive [PATCH 1/2] both double-put kmalloc_double_kzfree ptr 768", judgement: "deliberate", why: doubleFreeTest },
  { finding: "cifs-mm-treewide-rename-kzfree-to-kfree_sensitive [PATCH v4 2/3] both double-put kmalloc_double_kzfree ptr 777", judgement: "deliberate", why: doubleFreeTest },
  { finding: "cifs-mm-treewide-rename-kzfree-to-kfree_sensitive [PATCH v5 2/2] both double-put kmalloc_double_kzfree ptr 777", judgement: "deliberate", why: doubleFreeTest },
];

let reader: CReader;
beforeAll(async () => {
  reader = await openReader();
});

it.skipIf(!hasCorpus)("finds in every kernel patch of the corpus, each seen alone, what was judged and nothing else (skipped where ../shared/corpus is missing)", { timeout: 300_000 }, async () => {
  const found: string[] = [];
  let patches = 0;
  for (const box of listBoxes(["vfio", "lists/threads", "lists/sets"])) {
    for (const { message, patch } of await patchesOf(box)) {
      patches++;
      const images = buildSeriesImages([patch]);
      const of = (side: Side): Image[] => images.paths(0, side).filter((path) => /\.[ch]$/.test(path)).flatMap((path) => images.image(0, path, side) ?? []);
      const name = `${box.replace(/^.*\/|\.mbox.*$/g, "")} ${/^\[[^\]]*\]/.exec(message.subject)?.[0] ?? message.subject}`;
      for (const one of findInPatch(reader, { before: of("before"), after: of("after") })) found.push(`${name} ${one.change} ${one.kind} ${one.function} ${one.object} ${one.range.line}`);
    }
  }
  const number = (wanted: Judgement): number => judged.filter(({ judgement }) => judgement === wanted).length;
  console.log(`${patches} patches: ${found.length} findings; judged: ${number("real")} real, ${number("deliberate")} deliberate, ${number("wrong")} wrong`);
  expect(patches).toBeGreaterThan(500);
  expect(found.sort()).toEqual(judged.map(({ finding }) => finding).sort());
});
