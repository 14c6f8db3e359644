// A repository for the vfio series: the lines that its patches show under their true numbers, our own words in between, and the mails with ids to match.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Image } from "../../../src/core/patch/types.js";
import { corpusRoot } from "../../core/corpus.js";
import { makeRepository, type Repository, reviewOf, temporaryFolder } from "./repository.js";

export const vfioPath = "drivers/vfio/vfio.c";

export interface VfioTree {
  readonly repository: Repository;
  /** The file that holds the mails. */
  readonly mailbox: string;
  /** The file before the series. */
  readonly text: string;
}

/** What stands in each gap of v2: the end of what is cut off above, and the beginning of what is cut off below. */
const WORDS: readonly (readonly [end: string, begin: string])[] = [
  ["", "static struct vfio {\n\tstruct class\t\t\t*class;"],
  ["enum vfio_group_type { VFIO_IOMMU, VFIO_EMULATED_IOMMU, VFIO_NO_IOMMU };\nstruct vfio_container {\n\tstruct kref\t\t\tkref;\n};", "struct vfio_unbound_dev {\n\tstruct device\t\t\t*dev;\n\tstruct list_head\t\tunbound_next;"],
  ["\tstruct list_head\t\tunbound_list;\n\tstruct mutex\t\t\tunbound_lock;\n\tatomic_t\t\t\topened;\n\twait_queue_head_t\t\tcontainer_q;\n\tenum vfio_group_type\t\ttype;\n};", "#ifdef CONFIG_VFIO_NOIOMMU\nstatic bool noiommu;"],
  ["\treturn 0;\n}", "void vfio_unregister_iommu_driver(const struct vfio_iommu_driver_ops *ops)\n{\n\tmutex_lock(&vfio.iommu_drivers_lock);\n\tmutex_unlock(&vfio.iommu_drivers_lock);"],
  ["", "static void vfio_container_release(struct kref *kref)\n{\n\tkfree(container_of(kref, struct vfio_container, kref));\n}\n\nstatic void vfio_container_put(struct vfio_container *container)\n{"],
  ["{\n\tstruct iommu_group *iommu_group;\n\tstruct vfio_group *group;\n\n\tiommu_group = iommu_group_get(dev);\n\tif (!iommu_group)\n\t\treturn NULL;\n\tgroup = vfio_group_get_from_iommu(iommu_group);\n\tiommu_group_put(iommu_group);\n\treturn group;\n}",
    "static void vfio_group_nb_add_dev(struct vfio_group *group, struct device *dev)\n{\n}\n\nstatic int vfio_iommu_group_notifier(struct notifier_block *nb,\n\t\t\t\t     unsigned long action, void *data)\n{\n\tstruct vfio_group *group = container_of(nb, struct vfio_group, nb);"],
  ["\t\tbreak;\n\tcase IOMMU_GROUP_NOTIFY_UNBOUND_DRIVER:\n\t\tmutex_lock(&group->unbound_lock);", ""],
  ["", "static struct vfio_group *vfio_noiommu_group_alloc(struct device *dev,\n\t\tenum vfio_group_type type)\n{\n\tstruct iommu_group *iommu_group = iommu_group_get(dev);\n\tstruct vfio_group *group;\n\tint ret;\n\n\tgroup = vfio_create_group(iommu_group, type);\n\tif (IS_ERR(group)) {"],
  ["\tiommu_group_put(iommu_group);\n\treturn ERR_PTR(ret);\n}", "static struct vfio_group *vfio_group_find_or_alloc(struct device *dev)\n{\n\tstruct iommu_group *iommu_group;\n\tstruct vfio_group *group;\n\n\tiommu_group = iommu_group_get(dev);\n\tif (!iommu_group)\n\t\treturn ERR_PTR(-EINVAL);\n\tgroup = vfio_group_get_from_iommu(iommu_group);"],
  ["}", ""],
  ["\t\tvfio_group_put(group);\n\t\treturn -EPERM;\n\t}\n\topened = atomic_cmpxchg(&group->opened, 0, 1);\n\tif (opened) {\n\t\tvfio_group_put(group);\n\t\treturn -EBUSY;\n\t}\n\tfilep->private_data = group;\n\treturn 0;\n}\n\nstatic int vfio_group_fops_release(struct inode *inode, struct file *filep)\n{\n\tstruct vfio_group *group = filep->private_data;\n\n\tfilep->private_data = NULL;\n\tatomic_dec(&group->opened);\n\tvfio_group_put(group);\n\treturn 0;\n}\n\nstatic const struct file_operations vfio_group_fops = {\n\t.open\t\t= vfio_group_fops_open,\n\t.release\t= vfio_group_fops_release,\n};",
    "struct vfio_group *vfio_group_get_external_user(struct file *filep)\n{\n\tstruct vfio_group *group = filep->private_data;\n\tint ret = 0;"],
  ["}", "static int __init vfio_init(void)"],
  ["\tret = alloc_chrdev_region(&vfio.group_devt, 0, MINORMASK + 1, \"vfio\");", ""],
  ["\tvfio_register_iommu_driver(&vfio_noiommu_ops);", ""],
  ["\treturn ret;\n}", "static void __exit vfio_cleanup(void)\n{"],
];

/** The whole file: known lines where they are, and each gap filled to its length, with small functions where there is room for them. */
function fill(image: Image): string {
  const lines: string[] = image.lines.map((line) => line ?? "");
  for (const [at, gap] of image.gaps.entries()) {
    if (gap.to === null) {
      lines.push("}");
      continue;
    }
    const [end = "", begin = ""] = WORDS[at] ?? [];
    const count = gap.to - gap.from + 1;
    const above = end === "" ? [] : end.split("\n");
    const below = begin === "" ? [] : begin.split("\n");
    const room = count - above.length - below.length;
    if (room < 0) throw new Error(`gap ${at} has ${count} lines`);
    const between: string[] = [];
    if (begin !== "" && end !== "") while (between.length + 6 <= room) between.push("", `static int vfio_filler_${at}_${between.length}(int count)`, "{", "\treturn count + 1;", "}");
    while (between.length < room) between.push("");
    lines.splice(gap.from - 1, count, ...above, ...between, ...below);
  }
  return `${lines.join("\n")}\n`;
}

/** Commits the file, applies the five patches of v2 one by one, and gives the mails the ids that come out. */
export async function makeVfioTree(version: "v2" | "v3" = "v2"): Promise<VfioTree> {
  const mails = readFileSync(join(corpusRoot, `vfio/vfio-group-cdev-${version}.mbox`), "utf8");
  const review = await reviewOf(mails);
  const [first] = review.view.series[0]?.revisions[0]?.patches ?? [];
  const image = first && review.code(first.key)?.images.image(0, vfioPath, "before");
  if (!image) throw new Error("no image");
  const text = fill(image);
  const repository = makeRepository({ [vfioPath]: text, "README": "A tree for tests.\n" });
  const base = repository.git("rev-parse", "HEAD").trim();
  const scratch = join(temporaryFolder(), "patch");
  let changed = mails.replace(/^base-commit: .*$/m, `base-commit: ${base}`);
  let before = repository.git("rev-parse", `HEAD:${vfioPath}`).trim();
  for (const [written, diff] of diffsOf(mails)) {
    writeFileSync(scratch, diff);
    repository.git("apply", scratch);
    const after = repository.git("hash-object", "-w", vfioPath).trim();
    changed = changed.replace(written, `index ${before.slice(0, 14)}..${after.slice(0, 14)} 100644`);
    before = after;
  }
  repository.git("checkout", "--quiet", "--", ".");
  repository.git("prune", "--expire=now");
  const mailbox = join(temporaryFolder(), `vfio-${version}.mbox`);
  writeFileSync(mailbox, changed);
  return { repository, mailbox, text };
}

/** Each patch's index line, and its diff. */
function diffsOf(mails: string): [string, string][] {
  return [...mails.matchAll(/^diff --git [^\n]*\n(index [^\n]*)\n[^]*?(?=^-- $)/gm)].map((match) => [match[1] ?? "", match[0]]);
}
