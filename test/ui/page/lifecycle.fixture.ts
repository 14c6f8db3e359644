// Lifecycle views in the shape of the contract: a group that moves from create and destroy calls to a cdev, and an object under a kref.
import type { Change, Diagram, DiagramEdge, DiagramNode, LifecycleView, OwnerRow, PairRow, PairWay, Site } from "../../../src/core/lifecycle/types.js";
import type { Side } from "../../../src/core/patch/types.js";
import type { PanelState, RunnableCode, ToPage } from "../../../src/protocol/messages.js";
import { scenarios } from "./run.fixture.js";

/** One call in one function, at a line. */
export function site(side: Side, name: string, text: string, line: number, path = "drivers/vfio/vfio.c"): Site {
  return { function: name, text, range: { path, side, line, column: 1, endLine: line, endColumn: 1 + text.length, from: line * 40, to: line * 40 + text.length } };
}

/** Every character that mermaid could read as its own, as a code. */
export function escapeLabel(text: string): string {
  return [...text].map((character) => (/[A-Za-z0-9 ]/.test(character) ? character : `#${character.codePointAt(0) ?? 0};`)).join("");
}

interface EdgeSketch {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly change: Change;
  readonly sites: readonly Site[];
}

interface NodeSketch {
  readonly id: string;
  readonly label: string;
  readonly change: Change;
}

const signs: Readonly<Record<Change, string>> = { new: "+ ", gone: "− ", changed: "~ ", same: "" };

/** One side of a sketch of the union of both sides. */
export function sketch(side: Side, title: string, nodes: readonly NodeSketch[], edges: readonly EdgeSketch[]): Diagram {
  const other: Change = side === "before" ? "new" : "gone";
  const lines = ["stateDiagram-v2", "direction TB", ...nodes.map(({ id, label }) => `state "${escapeLabel(label)}" as ${id}`)];
  for (const { from, to, label, change } of edges) lines.push(`${from} --> ${to} : ${escapeLabel(signs[change] + label)}`);
  return {
    kind: "life",
    side,
    title,
    description: `${nodes.length} states and ${edges.length} transitions, ${side} the patch.`,
    text: `${lines.join("\n")}\n`,
    nodes: nodes.map(({ id, label, change }): DiagramNode => ({ id, label, change, sites: [] })),
    edges: edges.map((edge, index): DiagramEdge => {
      const { from, to, label, change, sites } = edge;
      return { index, from, to, label, change, absent: change === other, sites: sites.filter((entry) => entry.range.side === side) };
    }),
  };
}

const groupNodes: readonly NodeSketch[] = [
  { id: "s_allocated", label: "allocated", change: "same" },
  { id: "s_initialized", label: "initialized\nusers = 1", change: "changed" },
  { id: "s_published", label: "published", change: "same" },
  { id: "s_unpublished", label: "unpublished\nheld by open files", change: "new" },
];

const groupEdges: readonly EdgeSketch[] = [
  { from: "[*]", to: "s_allocated", label: "kzalloc", change: "changed", sites: [site("before", "vfio_create_group", "kzalloc(sizeof(*group), GFP_KERNEL)", 336), site("after", "vfio_group_alloc", "kzalloc(sizeof(*group), GFP_KERNEL)", 362)] },
  { from: "s_allocated", to: "s_initialized", label: "device_initialize", change: "new", sites: [site("after", "vfio_group_alloc", "device_initialize(&group->dev)", 373)] },
  { from: "s_allocated", to: "s_initialized", label: "vfio_alloc_group_minor", change: "gone", sites: [site("before", "vfio_create_group", "vfio_alloc_group_minor(group)", 368)] },
  { from: "s_initialized", to: "s_published", label: "cdev_device_add", change: "new", sites: [site("after", "vfio_create_group", "cdev_device_add(&group->cdev, &group->dev)", 432)] },
  { from: "s_initialized", to: "s_published", label: "device_create", change: "gone", sites: [site("before", "vfio_create_group", "device_create(vfio.class, NULL, MKDEV(MAJOR(vfio.group_devt), minor), group, \"%d\", minor)", 374)] },
  { from: "s_published", to: "s_unpublished", label: "users 1 → 0, cdev_device_del", change: "new", sites: [site("after", "vfio_group_put", "cdev_device_del(&group->cdev, &group->dev)", 468)] },
  { from: "s_unpublished", to: "[*]", label: "last put_device, kfree", change: "new", sites: [site("after", "vfio_group_put", "put_device(&group->dev)", 472), site("after", "vfio_group_release", "kfree(group)", 350)] },
  { from: "s_published", to: "[*]", label: "users 1 → 0, device_destroy, kfree", change: "gone", sites: [site("before", "vfio_group_release", "device_destroy(vfio.class, MKDEV(MAJOR(vfio.group_devt), group->minor))", 411), site("before", "vfio_group_unlock_and_free", "kfree(group)", 327)] },
];

/** A way of a function that returns at some lines. */
function way(side: Side, name: string, ends: PairWay["ends"], halves: PairWay["halves"], lines: readonly number[], partial = false): PairWay {
  return { side, function: name, ends, halves, partial, returns: lines.map((line) => site(side, name, "return", line).range) };
}

const groupWays: readonly PairWay[] = [
  way("before", "vfio_create_group", "success", "acquire", [433]),
  way("before", "vfio_create_group", "error", "neither", [378]),
  way("before", "vfio_create_group", "error", "both", [399, 414, 424]),
  way("after", "vfio_group_alloc", "success", "acquire", [393]),
  way("after", "vfio_group_alloc", "error", "neither", [366]),
  way("after", "vfio_group_alloc", "error", "both", [371]),
  way("after", "vfio_group_release", "untold", "release", [], true),
];

const groupOwners: readonly OwnerRow[] = [
  { who: "count users", change: "changed", before: "the last put in vfio_group_put() frees it", after: "the last put in vfio_group_put() gives up a reference of device dev",
    begins: [site("before", "vfio_create_group", "refcount_set(&group->users, 1)", 380), site("after", "vfio_group_alloc", "refcount_set(&group->users, 1)", 381), site("after", "vfio_group_get", "refcount_inc(&group->users)", 473)],
    ends: [site("before", "vfio_group_put", "refcount_dec_and_mutex_lock(&group->users, &vfio.group_lock)", 438), site("after", "vfio_group_put", "refcount_dec_and_mutex_lock(&group->users, &vfio.group_lock)", 450)] },
  { who: "device dev", change: "new", before: null, after: "its last reference runs vfio_group_release(), which frees it",
    begins: [site("after", "vfio_group_alloc", "device_initialize(&group->dev)", 376)], ends: [site("after", "vfio_group_put", "put_device(&group->dev)", 469), site("after", "vfio_group_release", "kfree(group)", 355)] },
  { who: "the cdev's reference of its parent", change: "new", before: null, after: "cdev_device_del in vfio_group_put() and the last open file of the character device is closed",
    begins: [site("after", "vfio_create_group", "cdev_device_add(&group->cdev, &group->dev)", 428)], ends: [site("after", "vfio_group_put", "cdev_device_del(&group->cdev, &group->dev)", 463)] },
];

const groupPairs: readonly PairRow[] = [
  { resource: "memory of struct vfio_group", change: "changed", acquire: [site("before", "vfio_create_group", "kzalloc(sizeof(*group), GFP_KERNEL)", 336), site("after", "vfio_group_alloc", "kzalloc(sizeof(*group), GFP_KERNEL)", 362)], release: [site("before", "vfio_group_unlock_and_free", "kfree(group)", 327), site("after", "vfio_group_release", "kfree(group)", 350)], ways: groupWays, note: "" },
  { resource: "minor", change: "changed", acquire: [site("before", "vfio_alloc_group_minor", "idr_alloc(&vfio.group_idr, group, 0, MINORMASK + 1, GFP_KERNEL)", 291), site("after", "vfio_group_alloc", "ida_alloc_max(&vfio.group_ida, MINORMASK, GFP_KERNEL)", 366)], release: [site("before", "vfio_free_group_minor", "idr_remove(&vfio.group_idr, minor)", 296), site("after", "vfio_group_release", "ida_free(&vfio.group_ida, MINOR(group->dev.devt))", 349)], ways: [], note: "" },
  { resource: "device", change: "new", acquire: [site("after", "vfio_group_alloc", "device_initialize(&group->dev)", 373)], release: [site("after", "vfio_group_put", "put_device(&group->dev)", 472)], ways: [], note: "also held by every open file" },
  { resource: "lock device_lock", change: "changed", acquire: [site("before", "vfio_create_group", "mutex_init(&group->device_lock)", 382), site("after", "vfio_group_alloc", "mutex_init(&group->device_lock)", 383)], release: [site("after", "vfio_group_release", "mutex_destroy(&group->device_lock)", 351)], ways: [], note: "" },
];

/** The group of the sample. */
export const groupView: LifecycleView = {
  patchKey: "vfio/2/5",
  struct: "vfio_group",
  structs: [
    { name: "vfio_group", changedCalls: 14 },
    { name: "vfio_device", changedCalls: 0 },
  ],
  before: sketch("before", "struct vfio_group", groupNodes, groupEdges),
  after: sketch("after", "struct vfio_group", groupNodes, groupEdges),
  pairs: groupPairs,
  owners: groupOwners,
  partial: [
    { side: "before", function: "vfio_group_fops_open" },
    { side: "after", function: "vfio_group_fops_open" },
    { side: "after", function: "vfio_group_put" },
  ],
  skipped: [{ side: "before", line: 512, reason: "no statement that C knows" }],
};

const path = "drivers/demo/box.c";
const boxNodes: readonly NodeSketch[] = [
  { id: "s_live", label: "live", change: "same" },
  { id: "s_dying", label: "release runs", change: "same" },
];
const boxEdges: readonly EdgeSketch[] = [
  { from: "[*]", to: "s_live", label: "kref_init", change: "same", sites: [site("before", "box_new", "kref_init(&box->ref)", 31, path), site("after", "box_new", "kref_init(&box->ref)", 31, path)] },
  { from: "s_live", to: "s_dying", label: "last kref_put", change: "changed", sites: [site("before", "box_drop", "kref_put(&box->ref, box_release)", 52, path), site("after", "box_drop", "kref_put_mutex(&box->ref, box_release, &boxes)", 55, path)] },
  { from: "s_dying", to: "[*]", label: "kfree", change: "same", sites: [site("before", "box_release", "kfree(box)", 22, path), site("after", "box_release", "kfree(box)", 22, path)] },
];

/** A small object under a kref. */
export const boxView: LifecycleView = {
  patchKey: "demo/1/1",
  struct: "box",
  structs: [{ name: "box", changedCalls: 2 }],
  before: sketch("before", "struct box", boxNodes, boxEdges),
  after: sketch("after", "struct box", boxNodes, boxEdges),
  pairs: [],
  owners: [],
  partial: [],
  skipped: [],
};

const structureNodes: readonly NodeSketch[] = [
  { id: "t_vfio_group", label: "struct vfio_group", change: "same" },
  { id: "t_device", label: "struct device", change: "same" },
  { id: "t_cdev", label: "struct cdev", change: "new" },
];
const structureEdges: readonly EdgeSketch[] = [
  { from: "t_vfio_group", to: "t_device", label: "points to", change: "gone", sites: [site("before", "vfio_group", "struct device *dev;", 68)] },
  { from: "t_vfio_group", to: "t_device", label: "embeds", change: "new", sites: [site("after", "vfio_group", "struct device dev;", 67)] },
  { from: "t_vfio_group", to: "t_cdev", label: "embeds", change: "new", sites: [site("after", "vfio_group", "struct cdev cdev;", 68)] },
];

function structure(side: Side): Diagram {
  const drawn = sketch(side, "what struct vfio_group is made of", structureNodes, structureEdges);
  const lines = ["classDiagram", ...structureNodes.map(({ id, label }) => `class ${id}["${escapeLabel(label)}"]`)];
  for (const { from, to, label, change } of structureEdges) lines.push(`${from} --> ${to} : ${escapeLabel(signs[change] + label)}`);
  return { ...drawn, kind: "structure", text: `${lines.join("\n")}\n` };
}

/** The group with what it is made of, as class diagrams. */
export const structureView: LifecycleView = { ...groupView, structure: { before: structure("before"), after: structure("after") } };

export const panelState: PanelState = {
  source: "file:///sample.mbox",
  patchKey: "vfio/2/5",
  struct: "vfio_group",
  tab: "lifecycle",
  scenario: "open-last-put",
  side: "after",
  whatIf: null,
  code: null,
  again: null,
};

/** The code of one patch, or of the same patch in two revisions. */
export function codesOf(...patches: readonly (readonly [patchKey: string, name: string])[]): readonly RunnableCode[] {
  return patches.flatMap(([patchKey, name], at) => (["before", "after"] as const).map((side) => ({ patchKey, side, label: `${name} ${side}`, column: side === "after" || at === 0 })));
}

/** The message that shows a view. */
export function lifecycleMessage(view: LifecycleView, state: Partial<PanelState> = {}, title = "v2 5/5: vfio: Use cdev_device_add() instead of device_create()"): Extract<ToPage, { type: "lifecycle" }> {
  return { type: "lifecycle", title, state: { ...panelState, patchKey: view.patchKey, struct: view.struct, ...state }, view, scenarios, codes: codesOf([view.patchKey, "v2 5/5"]) };
}
