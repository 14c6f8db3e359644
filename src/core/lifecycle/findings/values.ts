// What expressions mean on one path: the places that they name and the values that they give.
import type { Expr } from "../../c/ast.js";
import type { State } from "./state.js";
import { ANY, NEGATIVE, VALID, ZERO } from "./state.js";

/** Ids of values end in a semicolon, so that none is the beginning of another. */
export function numberValue(value: number): string {
  return `n:${value};`;
}

export const NULL_VALUE = numberValue(0);

/** Finds places and values. `valueOf` is the walker's: it knows what calls do. */
export interface Evaluator {
  valueOf(state: State, expr: Expr): string;
  isArray(name: string): boolean;
}

/** The place that an expression names: a variable, a member, an entry; null for one that names none. */
export function placeOf(walker: Evaluator, state: State, expr: Expr): string | null {
  switch (expr.kind) {
    case "name":
      return expr.name;
    case "member": {
      if (expr.arrow) return inside(walker.valueOf(state, expr.object), expr.field);
      const outer = placeOf(walker, state, expr.object);
      return outer === null ? null : `${outer}.${expr.field}`;
    }
    case "unary":
      return expr.op === "*" ? pointee(walker.valueOf(state, expr.operand)) : null;
    case "index": {
      const index = walker.valueOf(state, expr.index);
      if (expr.object.kind === "name" && !walker.isArray(expr.object.name)) return `${pointee(walker.valueOf(state, expr.object))}[${index}]`;
      const outer = placeOf(walker, state, expr.object);
      return outer === null ? null : `${outer}[${index}]`;
    }
    case "cast":
      return placeOf(walker, state, expr.operand);
    default:
      return null;
  }
}

/** The member of what a value points to. */
export function inside(value: string, field: string): string {
  return value.startsWith("&") ? `${value.slice(1)}.${field}` : `${value}->${field}`;
}

/** What a driver keeps with a device (linux/device.h): who has it finds the device. */
export function driverData(value: string): string {
  return `l:${value}->(driver data);`;
}

export function pointee(value: string): string {
  return value.startsWith("&") ? value.slice(1) : `${value}->*`;
}

/** The value that a place holds; the first look at it gives it a name. */
export function load(state: State, place: string, isParameter: boolean): string {
  const known = state.env.get(place);
  if (known !== undefined) return known;
  if (isParameter) return `p:${place};`;
  // What was filled in as a whole (`fill(&buffer)`) has members of its own since.
  for (let at = innermostMember(place, place.length); at > 0; at = innermostMember(place, at)) {
    const whole = state.env.get(place.slice(0, at));
    if (whole !== undefined) return `l:${whole}${place.slice(at)};`;
  }
  const holder = place.slice(0, Math.max(0, place.lastIndexOf("->")));
  const { owned, escaped } = state.subject(holder);
  // Nobody has written there yet; an allocator of the patch may have.
  if (holder !== "" && owned !== null && !escaped && ZEROED.test(owned.row.call) && owned.label.startsWith(`${owned.row.call}(`)) {
    state.bits.set(NULL_VALUE, ZERO);
    return NULL_VALUE;
  }
  return `l:${place};`;
}

/** Allocations whose memory is all zeros (linux/slab.h). */
const ZEROED = /zalloc|kcalloc/;

/** Where the innermost member or entry of a place begins, before `end`; -1 for none. */
function innermostMember(place: string, end: number): number {
  for (let at = end - 1; at > 0; at--) {
    const char = place[at];
    if (char === ";" || (char === ">" && place[at - 1] === "-")) return -1;
    if (char === "." || char === "[") return at;
  }
  return -1;
}

/** The address of a place; the address of `container_of(x, …, member)->member` is x again. */
export function addressOf(place: string): string {
  const container = /^co:(.*);->(\w[\w.]*)$/s.exec(place);
  if (container !== null && container[1]?.endsWith(`@${container[2]}`) === true) return container[1].slice(0, -1 - (container[2]?.length ?? 0));
  return place.endsWith("->*") ? place.slice(0, -3) : `&${place}`;
}

/** `container_of(value, …, member)`: the object around a member. */
export function containerOf(value: string, member: string): string {
  if (value.startsWith("&")) {
    const place = value.slice(1);
    if (place.endsWith(`->${member}`)) return place.slice(0, -2 - member.length);
    if (place.endsWith(`.${member}`)) return `&${place.slice(0, -1 - member.length)}`;
  }
  return `co:${value}@${member};`;
}

/** Bits of a value that is known by its name: a number, or an error number's name. */
export function bitsOfNumber(value: number): number {
  return Number.isNaN(value) ? ANY : value === 0 ? ZERO : value < 0 ? NEGATIVE : VALID;
}

/** What is left when a value compares so with a number; all bits when nothing can be told. */
export function bitsWhere(op: string, number: number, truth: boolean): number {
  const is = truth ? op : OPPOSITE[op];
  if (is === undefined || Number.isNaN(number)) return ANY;
  const zero = number === 0;
  switch (is) {
    case "==": return bitsOfNumber(number);
    case "!=": return zero ? NEGATIVE | VALID : ANY;
    case "<": return number <= 0 ? NEGATIVE : ANY;
    case "<=": return number < 0 ? NEGATIVE : zero ? NEGATIVE | ZERO : ANY;
    case ">": return number >= 0 ? VALID : ANY;
    case ">=": return number > 0 ? VALID : zero ? VALID | ZERO : ANY;
    default: return ANY;
  }
}

const OPPOSITE: Readonly<Record<string, string>> = { "==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">" };
/** The operator with its sides exchanged. */
export const MIRRORED: Readonly<Record<string, string>> = { "==": "==", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<=" };

/** Calls that hand back their argument: error numbers as pointers and back (include/linux/err.h), hints to the compiler. */
export const SAME_VALUE: ReadonlySet<string> = new Set([
  "ERR_PTR", "PTR_ERR", "ERR_CAST", "likely", "unlikely", "READ_ONCE", "WARN_ON", "WARN_ON_ONCE", "rcu_dereference", "rcu_dereference_protected", "rcu_dereference_raw", "rcu_access_pointer",
  "rcu_dereference_check", "rtnl_dereference", "smp_load_acquire", "ERR_PTR_PCPU", "no_free_ptr", "return_ptr", "DBG_BUGON", "IOMEM_ERR_PTR",
]);

/** Macros that store their second argument in the first (linux/rcupdate.h, linux/compiler.h). */
export const STORES: ReadonlySet<string> = new Set(["RCU_INIT_POINTER", "rcu_assign_pointer", "WRITE_ONCE"]);

/** Calls that only look at what they are given (printk.h, dev_printk.h, string.h, uaccess.h, minmax.h, bug.h and the like). */
const LOOKS_ONLY = /(^|_)(v?printf|printk|printf_v?log|v?log|dout|dbg|debug|err|warn|warning|info|notice)$|^(printk\w*|pr_\w+|dev_(err|warn|info|dbg|notice|crit|emerg|alert|vdbg|printk|name|err_probe)\w*|netdev_(err|warn|info|dbg|notice)|(drm|DRM|xe|nfs|btrfs|ext4|xfs|f2fs|ceph|fs)_(err|warn|info|dbg|debug|error|DEBUG\w*|ERROR\w*)|trace_\w+|mem(cpy|set|move|cmp|zero\w*)|str\w*(cpy|cat|cmp|len|chr|str)\w*|v?s(c|n)*printf|kstrto\w+|sizeof|ARRAY_SIZE|copy_(from|to)_user|get_user|put_user|min\w*|max\w*|clamp\w*|WARN\w*|BUG\w*|ASSERT\w*|lockdep_\w+|might_sleep|IS_\w+|of_property_\w+|of_device_is_\w+|of_find_property|of_get_property|of_node_name_\w+|test_bit|set_bit|clear_bit|__set_bit|__clear_bit|atomic_(read|set|inc|dec)|refcount_read|kref_read|list_empty\w*|cond_resched|msleep|udelay|usleep_range|mdelay|device_property_\w+|fwnode_property_\w+|platform_get_irq\w*|platform_device_add_(data|resources)|ktime_get\w*|dev_set_name|(dev|pci|platform|usb|i2c|spi|sdio|amba|usb)_get_(drvdata|clientdata|intfdata|func_data)|pci_name|pci_resource_\w+|netdev_name|dev_driver_string|PTR_ERR_OR_ZERO|offsetof|BIT|FIELD_\w+|le\d+_to_cpu|be\d+_to_cpu|cpu_to_\w+|read[bwlq]\w*|write[bwlq]\w*|io(read|write)\d+\w*|barrier|smp_\w*mb\w*|smp_processor_id|init_completion|init_waitqueue_head|complete|complete_all|wake_up\w*)$/;

/** `set_info(x)` keeps what it is given, whatever it ends in. */
const KEEPS = /(^|_)(set|get|add|put|init|store|update|register|unregister|fill|parse|send|queue|push|start|stop|handle|alloc|free|release|remove|del|delete|destroy|create|drop|cleanup|insert|attach|detach|save|process)_\w*(log|err|warn|warning|info|notice)$/;
/** Macros of a driver's own that print. */
const PRINTS = /^[a-z]{1,4}(err|dbg|warn|info|debug)$|^([A-Z0-9]+_)*(DBG|DEBUG|PRINT|PRINTK|LOG|TRACE|WARN|ERR|INFO)(_[A-Z0-9]+)*$/;

/** True for a call that only looks at what it is given. */
export function looksOnly(name: string): boolean {
  return PRINTS.test(name) || (LOOKS_ONLY.test(name) && !KEEPS.test(name));
}

/** Words of names that give back or take down: who is called so may give back what its caller took. */
const UNDOES = /(^|_)(free|release|remove|del|delete|destroy|clean|cleanup|clear|disable|off|down|stop|exit|fini|final\w*|de?init|deinit\w*|uninit\w*|shutdown|put|close|teardown|abort|cancel|undo|rollback|unwind|drop|kill|detach|disconnect|suspend|halt|end|complete|done|flush|purge|fail\w*|error|err|bail|term\w*|deactivate|discard|reclaim|restore|quiesce|dispose|disassociate|erase|rem|dealloc\w*|unreg\w*|un(bind|map|link|load|lock\w*|prepare|set|do|init|pin|hold|ref|get|claim|mount|setup|register|wind|plug|pack|subscribe|install|request|attach|\w*map)|pop|empty|evict|expire|reap|collect|gc|\w*free|\w*put|putname)(_|$)/;

/** True for a call that may give back what its caller took; a call without a name may do anything. */
export function undoes(name: string): boolean {
  return name === "" || UNDOES.test(name.toLowerCase());
}

/** Words of names that keep what they are given, to be given back by another way. */
const TAKES_OVER = /(^|_)(add|insert|register|attach|link|queue|submit|enqueue|push|publish|install|set|send|xmit|tx|transmit|rx|receive|deliver|post|append|store|save|track|own|bind|connect|join|hash|list|schedule|issue|dispatch|handle|process|assign|put|give|pass|return|finish|input|output|write|forward|commit|complete|consume)(_|$)/;

/** A dentry has the reference of the inode that it is made for (linux/dcache.h); a file has what its operations work on (linux/anon_inodes.h). */
const CONSUMES = /^(d_(obtain|make|splice|instantiate|add)_?\w*|anon_inode_\w+)$/;

/** True for a call that may be the owner of what it is given from there on. */
export function takesOver(name: string): boolean {
  return undoes(name) || TAKES_OVER.test(name.toLowerCase()) || CONSUMES.test(name);
}

/** Words of names that take or set up. */
const TAKES = /(^|_)(get|ref|hold|grab|take|enable|resume|start|on|up|request|prepare|open|init|reset|restore|retry|again|probe|setup|acquire|alloc|power|wake\w*|activate|attach|connect|load|map|lock|claim|pin|re\w+)(_|$)/;

/** True for a call that may take again what was given back before. */
export function takesAgain(name: string): boolean {
  return name === "" || TAKES.test(name.toLowerCase());
}
