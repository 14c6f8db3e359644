// A program as a Promela model for Spin: processes, start, end and assertions in Promela, the code of each function as embedded C.
// It makes the moves of the unreduced machine ("every", no twins): one state of ours is one of Spin's.
import { MOST_SLOTS } from "../allocation.js";
import { forbidsSleep } from "../executor.js";
import type { Program } from "../ir.js";
import { functionText, literal, MOST_TEXT, type Kinds } from "./code.js";
import { FRAME_BASE, HEAP_BASE, HEAP_RANGE } from "../memory.js";
import { FLAGS } from "./flags.js";
import { MOVES } from "./moves.js";
import { RUNTIME } from "./runtime.js";

/** Room that the model's fixed arrays get; a run that needs more says "bound" and is not clean. */
export interface Room {
  /** Words of heap, headers included. */
  readonly heap: number;
  /** Registers of one CPU, all frames together. */
  readonly registers: number;
  /** Ways that one move can go: the product of its choices. */
  readonly ways: number;
  /** True where all states were looked at, and memory is never seen as another type than it was made as: that would have stopped the export. */
  readonly isWhole?: boolean;
}

/** Enough for small programs; `measureRoom` says what one needs. */
export const LEAST_ROOM: Room = { heap: 64, registers: 64, ways: 1 };

/** States that Spin has beside ours: the one before setup, and the one into which every run ends. */
export const SPIN_START_STATES = 1;
export const SPIN_END_STATES = 1;

const MOST_OBJECTS = 8191;

export type Exported = { readonly text: string } | { readonly reason: string };

/** The model, or why there is none. `title` is one line of prose. */
export function promelaModel(program: Program, title: string, room: Room): Exported {
  if (program.objects.length > MOST_OBJECTS) return { reason: `the program has ${program.objects.length} objects, more than the ${MOST_OBJECTS} that an exported model can tell apart` };
  const wide = program.functions.some((code) => code.constants.some((value) => Math.abs(value) > 2 ** 31 - 1));
  if (program.functions.some((code) => code.constants.some((value) => !Number.isSafeInteger(value)))) return { reason: "the program has a constant of more than 53 bits" };
  const kindNumbers: string[] = [];
  const kinds: Kinds = {
    number(kind) {
      const known = kindNumbers.indexOf(kind);
      return known >= 0 ? known : kindNumbers.push(kind) - 1;
    },
  };
  const functions = program.functions.map((code) => functionText(program, code, kinds));
  if (functions.some((text) => text.length > MOST_TEXT)) return { reason: "the program has a function that is too long for Spin" };
  const fragments = [...tables(program), ...runtimeParts(kindNumbers), ...functions, afterFunctions(program), MOVES, flagSetter()];
  return { text: [heading(title, program, room), definitions(program, room, wide), state(), ...fragments.map((text) => `c_code {\n${text.trim()}\n}\n`), processes(program, room)].join("\n") };
}

const comment = (text: string): string => text.replace(/[^\x20-\x7e]/g, " ").replace(/\*\//g, "* /");

function heading(title: string, program: Program, room: Room): string {
  const hasViews = program.functions.some((code) => code.code.some((instruction) => instruction.op === "view"));
  return `/*
 * ${comment(title)}
 *
 * The same program that Lifeline explores, for Spin 6 or later: every move of a CPU is one step of its process, up to and with one access
 * that other CPUs can see. ${String(program.cpus.length)} CPUs: ${comment(program.cpus.map((cpu) => cpu.name).join(", "))}. Every kind of finding is an assertion.
 *
 *   spin -a model.pml && cc -O2 -DSAFETY -DCOLLAPSE -o pan pan.c && ./pan -m100000 -c0
 *   cc -O2 -DBFS -o pan pan.c && ./pan                       shortest trace
 *   cc -O2 -DSAFETY -DBITSTATE -o pan pan.c && ./pan -w30    what does not fit into memory
 *
 * "bound" means that the model's own room was too small (-DHEAP=words -DREGS=words at cc, or -DWIDE for values beyond 32 bits);
 * "missing" that code was reached that nobody has shown. A check that ends with one of them is not clean.${hasViews && room.isWhole !== true ? UNCHECKED : ""}
 */
`;
}

/** Said of a program too large to be looked at as a whole. */
const UNCHECKED = `
 *
 * NOT CHECKED HERE: memory that is seen as another type than it was made as. Lifeline stops a run there; it has looked for that in the first
 * states only, and this model goes on with the words as they are.`;

function definitions(program: Program, room: Room, wide: boolean): string {
  const defined = (name: string, value: string): string => `\\#ifndef ${name}\n\\#define ${name} ${value}\n\\#endif`;
  const constant = (name: string, value: number): string => `\\#define ${name} ${String(value)}`;
  const variable = program.objects.filter((object) => object.kind === "global").reduce((sum, object) => sum + object.slots, 0);
  const fixed = program.objects.filter((object) => object.kind !== "global").reduce((sum, object) => sum + object.slots, 0);
  return `c_decl {
${defined("VECTORSZ", "32768")}
${wide ? `${defined("WIDE", "1")}\n` : ""}\\#ifdef WIDE
\\#define WORD long long
${constant("HEAP_BASE", HEAP_BASE)}
${constant("HEAP_RANGE", HEAP_RANGE)}
${constant("FRAME_BASE", FRAME_BASE)}
\\#else
\\#define WORD int
${constant("HEAP_BASE", 8192)}
${constant("HEAP_RANGE", 1024)}
${constant("FRAME_BASE", 24576)}
\\#endif
${defined("HEAP", String(room.heap))}
${defined("REGS", String(room.registers))}
${constant("STATIC", variable)}
${constant("CONSTANTS", fixed + 1)}
\\#define WORDS (STATIC + HEAP)
${constant("CPUS", program.cpus.length)}
${constant("OBJECTS", program.objects.length)}
${constant("HELD", 12)}
${constant("FRAMES", 8192)}
${constant("ARGUMENTS", 16)}
${constant("WAYS", room.ways)}
${constant("SPAN", 65536)}
${constant("KEPT_SLOTS", MOST_SLOTS)}
${constant("MOST_STEPS", 100000)}
${FLAGS.map((flag, bit) => constant(`F_${flag.name.toUpperCase()}`, 2 ** bit)).join("\n")}
${constant("F_FATAL", 2 ** FLAGS.length)}
typedef WORD word;
/* One CPU: the call it is in, the instruction it stops before, the locks it holds, its registers. */
struct cpu { short frame; short at; short held; char kind[HELD]; word lock[HELD]; word reg[REGS]; };
}
`;
}

function state(): string {
  return `c_state "word mem[WORDS]" "Global"
c_state "int used" "Global"
c_state "struct cpu c" "Local cpu"
bit over;
bit ${FLAGS.map((flag) => flag.name).join(", ")};
`;
}

/** What is known of every function and every object. */
function tables(program: Program): string[] {
  const numbers = (type: string, name: string, values: readonly (number | string)[]): string => {
    const lines: string[] = [];
    for (let at = 0; at < values.length; at += 16) lines.push(values.slice(at, at + 16).join(", "));
    return `static const ${type} ${name}[] = {\n${lines.length === 0 ? "0" : lines.join(",\n")}\n};`;
  };
  let variable = 0;
  let fixed = 0;
  const bases: string[] = ["0"];
  const initial: string[] = [];
  const constants: string[] = [];
  for (const object of program.objects) {
    const words = Array.from({ length: object.slots }, (_, slot) => literal(object.words[slot] ?? 0));
    if (object.kind === "global") {
      bases.push(String(variable));
      variable += object.slots;
      initial.push(...words);
    } else {
      bases.push(`WORDS + ${String(fixed)}`);
      fixed += object.slots;
      constants.push(...words);
    }
  }
  const perFunction = program.functions.flatMap((code) => {
    const hints = code.code.map((one) => ((one.op === "call" || one.op === "call-pointer") && one.hint ? 1 + one.hint.type : 0));
    const results = code.code.map((one) => (one.op === "call" || one.op === "call-pointer" ? one.to ?? -1 : -1));
    return [
      numbers("unsigned", `LIVE_${String(code.index)}`, [...code.live.flatMap((set) => [...set].map((word) => `${String(word)}u`)), ...(code.live[0] ?? [0]).length === 0 ? [] : new Array<string>(code.live[0]?.length ?? 1).fill("0")]),
      numbers("short", `HINT_${String(code.index)}`, hints), numbers("short", `RESULT_${String(code.index)}`, results),
    ];
  });
  const each = (prefix: string): string => program.functions.map((code) => `${prefix}_${String(code.index)}`).join(", ");
  return [
    ...gathered([
      numbers("int", "SIZE", program.functions.map((code) => code.registers + code.frameWords)), numbers("int", "REGISTERS", program.functions.map((code) => code.registers)),
      numbers("int", "FRAME_WORDS", program.functions.map((code) => code.frameWords)), numbers("int", "PARAMETERS", program.functions.map((code) => code.parameters)),
      numbers("int", "CODE", [-1, ...program.objects.map((object) => (object.kind === "function" ? object.code : -1))]),
      numbers("char", "FOREIGN", [0, ...program.objects.map((object) => (object.foreign === true ? 1 : 0))]), numbers("int", "SLOTS", [0, ...program.objects.map((object) => object.slots)]), numbers("int", "OFFSET", bases), numbers("word", "INITIAL", initial),
      numbers("int", "SHAPE", [1, 0, 0, 0, 0, 0, ...program.types.flatMap(({ slots, bytes, end }) => [slots, bytes, end?.slot ?? 0, end?.byte ?? 0, end?.slots ?? 0, end?.bytes ?? 0])]), numbers("word", "CONSTANT", constants),
      numbers("int", "SETUP", program.setup), numbers("int", "FINISH", [program.finish ?? -1]), numbers("int", "CPU_ENTRY", program.cpus.map((cpu) => cpu.entry)),
      ...perFunction,
    ]),
    `static const unsigned *const LIVE[] = { ${each("LIVE")} };\nstatic const short *const HINT[] = { ${each("HINT")} };\nstatic const short *const RESULT[] = { ${each("RESULT")} };`,
  ];
}

/** Pieces of text put together as far as one fragment holds them. */
function gathered(pieces: readonly string[]): string[] {
  const found: string[] = [];
  for (const piece of pieces) {
    const last = found.at(-1);
    if (last !== undefined && last.length + piece.length < MOST_TEXT) found[found.length - 1] = `${last}\n${piece}`;
    else found.push(piece);
  }
  return found;
}

function runtimeParts(kinds: readonly string[]): string[] {
  const spins = kinds.reduce((bits, kind, at) => (forbidsSleep(kind) ? bits | (1 << at) : bits), 0);
  return [`enum { SPINS = ${String(spins)} };`, RUNTIME];
}

function afterFunctions(program: Program): string {
  return `static int (*const FUNCTION[])(void) = { ${program.functions.map((code) => `f${String(code.index)}`).join(", ")} };

/* Runs the CPU in C to the next stop. */
static int run_cpu(void)
{
	int status = NEXT;

	while (status == NEXT) {
		if (!C.frame)
			return DONE;
		status = FUNCTION[frames[C.frame].function]();
	}
	return status;
}

enum { SETUPS = ${String(program.setup.length)} };`;
}

function flagSetter(): string {
  return `static void set_flags(void)
{
${FLAGS.map((flag) => `\tnow.${flag.name} = (found & F_${flag.name.toUpperCase()}) != 0;`).join("\n")}
}

static void clear_flags(void)
{
	found = 0;
	set_flags();
}

static void start_all(void)
{
	int me;

	for (me = 0; me < CPUS; me++)
		start_cpu(&((P0 *) Pptr(me + 1))->c, CPU_ENTRY[me]);
}`;
}

function processes(program: Program, room: Room): string {
  const asserts = FLAGS.map((flag) => `assert(!${flag.name});`).join(" ");
  const ways = Array.from({ length: room.ways }, (_, way) => way);
  // Spin refuses calls in a c_expr, as they could have effects. These have none on the state: they work on a copy. It asks the guard of a
  // d_step twice in a row, unless it only tests; the second time the copy is there already.
  const macros = ways.flatMap((way) => [`\\#define MOVE_${String(way)} ONCE(try_move(((P0 *) _this)->me, ${String(way)}))`, `\\#define SETUP_${String(way)} ONCE(try_setup(${String(way)}))`, `\\#define END_${String(way)} ONCE(try_end(${String(way)}))`]);
  return `c_code {
static int ready;
\\#define ONCE(call) (TstOnly ? (call) : ready ? (ready = 0, 1) : (ready = (call)))
${macros.join("\n")}
}

inline check() {
	${asserts}
	c_code { clear_flags(); }
}

proctype cpu(byte me) {
end:	do
${ways.map((way) => `	:: d_step { c_expr { MOVE_${String(way)} } -> c_code { make_move(Pcpu->me); }; check() }`).join("\n")}
	od
}

init {
	atomic {
		if
${ways.map((way) => `		:: d_step { c_expr { SETUP_${String(way)} } -> c_code { make_setup(); }; check() }`).join("\n")}
		fi;
		${program.cpus.map((_, me) => `run cpu(${String(me)})`).join("; ")};
		c_code { start_all(); }
	}
end:	do
${ways.map((way) => `	:: d_step { (timeout && c_expr { END_${String(way)} }) -> c_code { make_end(); }; check() }`).join("\n")}
	od
}
`;
}
