// Counts the lifetime calls of a kernel tree's drivers/ and fs/, by a definition that knows nothing of our table.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The kernel tree that `LIFELINE_KERNEL` names; a string that says why there is none otherwise. */
export function kernelTree(): { readonly root: string } | string {
  const root = process.env["LIFELINE_KERNEL"];
  if (root === undefined || root === "") return "LIFELINE_KERNEL names no kernel tree";
  const missing = ["drivers", "fs", "include"].find((folder) => !existsSync(join(root, folder)));
  return missing === undefined ? { root } : `LIFELINE_KERNEL has no ${missing}/`;
}

/** All files below a folder whose names end so, in the order of their names. */
export function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** How often each lifetime call is made, the most used first. */
export function countLifetimeCalls(root: string): { readonly call: string; readonly uses: number }[] {
  const declared = new Set<string>();
  for (const file of filesBelow(join(root, "include"), ".h")) {
    for (const found of plainText(file).matchAll(/\b([A-Za-z_]\w*)[ \t]*\(/g)) declared.add(found[1] ?? "");
  }
  const uses = new Map<string, number>();
  for (const folder of ["drivers", "fs"]) {
    for (const file of filesBelow(join(root, folder), ".c")) {
      for (const line of plainText(file).split("\n")) {
        // Kernel style begins definitions and prototypes in the first column, and calls never there.
        if (!line.startsWith("\t") && !line.startsWith(" ")) continue;
        for (const found of line.matchAll(/(->|\.)?\b([A-Za-z_]\w*)[ \t]*\(/g)) {
          const call = found[2] ?? "";
          if (found[1] === undefined && declared.has(call)) uses.set(call, (uses.get(call) ?? 0) + 1);
        }
      }
    }
  }
  return [...uses].filter(([call]) => isLifetimeCall(call, declared)).map(([call, count]) => ({ call, uses: count })).sort((a, b) => b.uses - a.uses || (a.call < b.call ? -1 : 1));
}

/** Words that stand for the two halves of a pair, in either order. */
const HALVES: readonly (readonly [string, string])[] = `alloc/free get/put init/exit init/destroy init/fini init/cleanup init/uninit init/deinit init/release create/destroy create/remove
  create/free create/delete register/unregister register/deregister add/del add/remove add/delete insert/remove insert/erase alloc/remove lock/unlock trylock/unlock request/release
  request/free enable/disable open/close open/release start/stop start/cancel start/end start/finish map/unmap remap/unmap attach/detach acquire/release inc/dec hold/put hold/release
  grab/put grab/drop get/drop prepare/unprepare queue/cancel queue/dequeue begin/end down/up ref/unref pin/unpin claim/release alloc/destroy setup/cleanup setup/teardown setup/shutdown
  setup/free schedule/cancel get/release get/free find/put lookup/put by/put store/erase link/unlink bind/unbind connect/disconnect export/unexport load/unload join/leave
  irqsave/irqrestore save/restore`
  .split(/\s+/).map((pair): [string, string] => { const [a = "", b = ""] = pair.split("/"); return [a, b]; });

/** Families whose halves differ in more than one word. */
const FAMILIES = /^_*(list|hlist|hlist_bl|hlist_nulls)_(add|del|move)|^(mod|add|del)_timer|^(timer|hrtimer)_(setup|init|delete|shutdown|cancel|start)|^(__)?module_(get|put)|^try_module_get|^(blocking|atomic|raw|srcu)_notifier_chain_(un)?register|^(sema|spin_lock|mutex|rwlock|raw_spin_lock|seqcount|seqlock)_init$|^init_(completion|waitqueue|rwsem|srcu|rcu|timer|list|hlist|work|delayed|radix|kfifo|deferrable|rdma)|^rb_(erase|insert|link)|^(d|i)(get|put|grab)$|^(ihold|iput|igrab|fget|fput|fdget|fdput|get_file|iget_locked|new_inode|brelse|bforget|sb_bread|__bread|sb_getblk)$|^(un)?register_|^refcount_(set|inc|dec|add|sub)|^kref_(init|get|put|set)|^kobject_(init|create|add|del|get|put)|^(cancel|queue|mod|schedule|destroy|disable)_(delayed_)?work|^(create|alloc)_.*workqueue|^xa_(store|erase|alloc|insert|cmpxchg|init)|^ioremap|^iounmap|^tasklet_(init|kill|setup)|_(un)?lock_irq(save|restore)$|^(mutex|down|spin|raw_spin|read|write)_(lock|read|write)?_?(interruptible|killable|nested|trylock)|^clk_(prepare_enable|disable_unprepare)$|^pm_runtime_(resume_and_get|put_\w+)$|^of_(find|get)_\w*node\w*$|^of_(find_compatible_node|find_matching_node\w*|get_parent|get_next_\w+|get_child_by_name|parse_phandle)$|^of_graph_get_(port|remote|endpoint|next)\w*|^pci_get_(device|slot|domain_bus_and_slot|class|subsys)$|_find_device(_by_\w+)?$|^request_\w*irq$|^(ida|idr)_simple_|^(devm|pcim|drmm|devres)_/;

/** Words that hold memory whatever stands beside them: `kzalloc`, `dma_free_coherent`, `kmemdup`. */
const MEMORY = /^(k|kv|v|kz|vz|kvz|re|z|d)?[mcz]?alloc(ate)?$|free$|^k?(str|mem)dup$/;

/** Looks like one half of a pair and is none: arithmetic, unaligned access, copies from user space, attributes in messages, names of ranges, counters, enumerations, driver data. */
const NO_LIFETIME = /unaligned|^_*(unsafe_)?(get|put)_user|^va_|round_|^nla_|^nlmsg_put|skb_put|^genlmsg_put|resource_(start|end)|^pfn_|ethtool_link_ksettings|hwaccel|^(page_ref|atomic|atomic64|atomic_long|this_cpu|__this_cpu|percpu|percpu_counter|local)_(fetch_)?(inc|dec|add|sub)(_return|_and_negative|_if_positive|_relaxed|_mb)?$|pci_(save|restore)_state|^get_(random|cpu_var|order|capacity|count_order|cycles|jiffies|options?|int|next_ino|task_comm|cpu_mask|status|size)|^put_cpu_var|_(get|set)_drvdata|^vmalloc_to|is_vmalloc|^inode_(inc|dec)_link|^dma_fence_context|_uevent|^(__free|no_free_ptr|__acquire|__release)$|^(start|stop)_char$|^dev_alloc_name$|^kfifo_(get|put)$|_(echo)_skb$/;

/** A word alone is the name of a method or a local function everywhere. */
const BARE = /^[a-z]+$/;
/** Single words that are calls of the kernel all the same. */
const SINGLE = /^(k|kv|v|kz|vz|kvz)?[mcz]?alloc$|^k?v?k?z?free$|^k(str|mem)dup$|^(d|i|f)(get|put|grab)$|^ihold$|^(fd)(get|put)$|^brelse$|^bforget$|^ioremap$|^iounmap$/;

/**
 * A call is one half of a pair when its name without one word, put for that word's other half, is declared in include/ too; or when it
 * belongs to a family above. Names count as they are written; upper and lower case are the same.
 */
function isLifetimeCall(call: string, declared: ReadonlySet<string>): boolean {
  const name = call.toLowerCase();
  if (NO_LIFETIME.test(name)) return false;
  if (BARE.test(name) && !SINGLE.test(name)) return false;
  const words = name.split("_");
  if (FAMILIES.test(name) || words.some((word) => MEMORY.test(word))) return true;
  for (const [index, word] of words.entries()) {
    for (const [a, b] of HALVES) {
      const other = word === a ? b : word === b ? a : null;
      if (other === null) continue;
      const partner = [...words.slice(0, index), other, ...words.slice(index + 1)].join("_");
      if (declared.has(partner) || declared.has(partner.toUpperCase())) return true;
    }
  }
  return false;
}

/** The text without comments, strings and character constants; line ends stay. */
function plainText(file: string): string {
  return readFileSync(file, "utf8").replace(/\/\*[^]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, (found) => found.replace(/[^\n]/g, " "));
}
