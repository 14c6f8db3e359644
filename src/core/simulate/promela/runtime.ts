// The fixed part of an exported model: memory, locks, frames and arithmetic of the machine in C, which Spin compiles into its verifier.
// Says again, in another language, what memory.ts, executor.ts, frames.ts and arithmetic.ts say: Spin is a second opinion on them too.

/** Stands before the code of the program. Every `#` is escaped: Spin's own preprocessor must not see it. */
export const RUNTIME = String.raw`
/* The state that a move works on, and behind it what never changes. It becomes the state of the model only when the move is made. */
static word M[WORDS + CONSTANTS];
static int used;
static struct cpu C;
enum { STOPPED, DONE, BLOCKED, PRUNED, NEXT };

/* "chosen": whether something was chosen before the step that the move makes. "parked": the move stops before that step, as it cannot be made. */
static int found, ghost, atomic, moved, quiet, number, class, choices_left, stride, steps, chosen, parked;

struct frame { int caller, at, function, base, depth, child, next; };
static struct frame frames[FRAMES];
static int frame_count = 1;

static int enter(int caller, int at, int function)
{
	int i;

	for (i = frames[caller].child; i; i = frames[i].next)
		if (frames[i].at == at && frames[i].function == function)
			return i;
	if (frame_count == FRAMES || frames[caller].depth > 128) {
		found |= F_BOUND;
		return 0;
	}
	i = frame_count;
	frames[i].next = frames[caller].child;
	frames[caller].child = i;
	frames[i].caller = caller;
	frames[i].at = at;
	frames[i].function = function;
	frames[i].base = caller ? frames[caller].base + SIZE[frames[caller].function] : 0;
	frames[i].depth = caller ? frames[caller].depth + 1 : 1;
	return frame_count++;
}

/* Memory: the static words, then every heap object with a header of four words (number, site, status, slots), by number. */


static int header(word object)
{
	int at;

	for (at = STATIC; at < used; at += 4 + M[at + 3])
		if (M[at] == object)
			return at;
	return -1;
}

/* The index of the word at an address; -1 and "bad" when there is none. */
static int place(word address, int *bad)
{
	word object = address / SPAN, slot = address % SPAN;
	int at;

	*bad = F_NULL_POINTER;
	if (address < SPAN) {
		if (address < -4095)
			*bad = F_LIST;
		return -1;
	}
	if (object < HEAP_BASE)
		return object <= OBJECTS && slot < SLOTS[object] ? OFFSET[object] + slot : -1;
	at = header(object);
	if (at < 0)
		return -1;
	if ((M[at + 2] & ~4) == 0) {
		*bad = F_USE_AFTER_FREE;
		return -1;
	}
	if (slot >= M[at + 3] && M[at + 3] == KEPT_SLOTS)
		found |= F_MISSING;
	return slot < M[at + 3] ? at + 4 + slot : -1;
}

/* Words for so many bytes, by what is known of the type: SHAPE has six numbers for each, the first for what is not known. */
static word slots_for(word size, int type)
{
	const int *shape = SHAPE + 6 * type;
	word slots;

	if (size <= 0)
		return shape[0];
	if (shape[1] <= 0)
		return (size + 7) / 8;
	if (shape[5] && size > shape[1]) {
		slots = shape[2] + (size - shape[3] + shape[5] - 1) / shape[5] * shape[4];
		return slots < shape[0] ? shape[0] : slots;
	}
	if (size % shape[1] == 0)
		return size / shape[1] * shape[0];
	return size > shape[1] ? shape[0] + (size - shape[1] + 7) / 8 : (size + 7) / 8;
}

static word allocate(word size, int site, int type)
{
	word from = HEAP_BASE + class * HEAP_RANGE, id = from;
	int to = STATIC, slots = slots_for(size, type), i;

	while (to < used && M[to] < from + HEAP_RANGE) {
		if (M[to] >= from)
			id = M[to] + 1;
		to += 4 + M[to + 3];
	}
	if (slots > KEPT_SLOTS)
		slots = KEPT_SLOTS;
	if (used + 4 + slots > WORDS) {
		found |= F_BOUND;
		return 0;
	}
	memmove(M + to + 4 + slots, M + to, (used - to) * sizeof(word));
	used += 4 + slots;
	M[to] = id;
	M[to + 1] = site;
	M[to + 2] = 1;
	M[to + 3] = slots;
	for (i = 0; i < slots; i++)
		M[to + 4 + i] = 0;
	return id * SPAN;
}

static void release_memory(int at)
{
	int slots = M[at + 3];

	M[at + 2] = 0;
	M[at + 3] = 0;
	memmove(M + at + 4, M + at + 4 + slots, (used - at - 4 - slots) * sizeof(word));
	used -= slots;
	memset(M + used, 0, slots * sizeof(word));
}

static int holds(word lock)
{
	int i;

	for (i = 0; i < C.held; i++)
		if (C.lock[i] == lock)
			return 1;
	return 0;
}

/* What stands for memory that no text shows: freeing it has no effect. */
static int is_foreign(word object)
{
	return object > 0 && object < sizeof(FOREIGN) / sizeof(FOREIGN[0]) && FOREIGN[object];
}

/* Frees the object at an address; what is wrong with that, or 0. */
static int free_object(word address)
{
	int at = header(address / SPAN);

	if (is_foreign(address / SPAN))
		return 0;
	if (at < 0 || address % SPAN)
		return F_NULL_POINTER;
	if ((M[at + 2] & ~4) == 0)
		return F_DOUBLE_FREE;
	release_memory(at);
	return 0;
}

static void release_lock(word lock)
{
	int i, at = -1;

	for (i = 0; i < C.held && at < 0; i++)
		if (C.lock[i] == lock)
			at = i;
	if (at < 0) {
		found |= F_LOCK;
		return;
	}
	for (i = at; i + 1 < C.held; i++) {
		C.lock[i] = C.lock[i + 1];
		C.kind[i] = C.kind[i + 1];
	}
	C.held--;
	C.lock[C.held] = 0;
	C.kind[C.held] = 0;
}

/* Where a CPU's own variable is: the frame at that depth of its stack. */
static int own_word(word address)
{
	int depth = address / SPAN - FRAME_BASE, slot = address % SPAN, at = C.frame;

	while (at && frames[at].depth > depth)
		at = frames[at].caller;
	if (!at || frames[at].depth != depth || slot >= FRAME_WORDS[frames[at].function])
		return -1;
	return frames[at].base + REGISTERS[frames[at].function] + slot;
}

static word fit(long long value)
{
	if (value != (word) value)
		found |= F_BOUND;
	return (word) value;
}

static word convert(long long value, int bits, int is_unsigned)
{
	switch (bits) {
	case 1: return value != 0;
	case 8: return is_unsigned ? (unsigned char) value : (signed char) value;
	case 16: return is_unsigned ? (unsigned short) value : (short) value;
	case 32: return is_unsigned ? fit((unsigned int) value) : (int) value;
	}
	return fit(value);
}

static long long seen(word value, int bits, int is_unsigned)
{
	if (!is_unsigned)
		return value;
	if (bits == 64) {
		if (value < 0)
			found |= F_BOUND;
		return value;
	}
	return (unsigned int) value;
}

static word shift_left(word a, word b, int bits, int is_unsigned)
{
	if (b < 0 || b >= bits) {
		found |= F_WARN;
		b &= bits - 1;
	}
	if (bits == 64)
		return fit((long long) a * (1LL << (b < 62 ? b : 62)));
	return convert((long long) (int) ((unsigned int) a << b), bits, is_unsigned);
}

static word shift_right(word a, word b, int bits, int is_unsigned)
{
	if (b < 0 || b >= bits) {
		found |= F_WARN;
		b &= bits - 1;
	}
	if (bits == 64)
		return seen(a, 64, is_unsigned) >> b;
	return is_unsigned ? convert((unsigned int) a >> b, bits, 1) : convert((int) a >> b, bits, 0);
}

static word divide(word a, word b, int rest, int bits, int is_unsigned)
{
	long long x = seen(a, bits, is_unsigned), y = seen(b, bits, is_unsigned);

	return convert(rest ? x % y : x / y, bits, is_unsigned);
}

/* The call around an allocation that says what is allocated; the allocation itself where none does. */
static int hinted(int *caller)
{
	int at;

	for (at = C.frame; (*caller = frames[at].caller); at = *caller)
		if (HINT[frames[*caller].function][frames[at].at])
			return frames[at].at;
	return -1;
}

static int site_of(int here)
{
	int caller, at = hinted(&caller);

	return at < 0 ? frames[C.frame].function * 65536 + here : frames[caller].function * 65536 + at;
}

static int type_at_site(void)
{
	int caller, at = hinted(&caller);

	return at < 0 ? 0 : HINT[frames[caller].function][at];
}

/* At a stop: registers that nobody reads any more are cleared, so that equal states meet. */
static void clear_dead(void)
{
	int at = C.frame, where = C.at, result = -1, i, function, base;
	const unsigned *live;

	while (at) {
		function = frames[at].function;
		base = frames[at].base;
		live = LIVE[function] + where * ((REGISTERS[function] + 31) / 32 + !REGISTERS[function]);
		for (i = 0; i < REGISTERS[function]; i++)
			if (i == result || !(live[i >> 5] >> (i & 31) & 1))
				C.reg[base + i] = 0;
		where = frames[at].at + 1;
		at = frames[at].caller;
		result = at ? RESULT[frames[at].function][where - 1] : -1;
	}
}

\#define FAULT(flag) { if (ghost) return BLOCKED; found |= (flag) | F_FATAL; return STOPPED; }
\#define TOO_MUCH { found |= F_BOUND; return STOPPED; }
\#define STOP(here) if (!quiet && !atomic) { if (moved || parked) { C.at = here; return STOPPED; } moved = 1; chosen = stride > 1; }
\#define JUMP(label) { if (++steps > MOST_STEPS) TOO_MUCH goto label; }
\#define LOAD(here, to, from) a = from; if (a / SPAN >= FRAME_BASE) { i = own_word(a); if (i < 0) FAULT(F_USE_AFTER_FREE) to = C.reg[i]; } else { int bad; STOP(here) i = place(a, &bad); if (i < 0) FAULT(bad) to = M[i]; }
\#define STORE(here, to, value) a = to; b = value; if (a / SPAN >= FRAME_BASE) { i = own_word(a); if (i < 0) FAULT(F_USE_AFTER_FREE) if (!ghost) C.reg[i] = b; } else { int bad; STOP(here) i = place(a, &bad); if (i < 0) FAULT(bad) if (!ghost) { if (i >= WORDS || b / SPAN >= FRAME_BASE) TOO_MUCH M[i] = b; } }
\#define FREE(address) if (!ghost) { i = free_object(address); if (i) FAULT(i) }
\#define RELEASE(address) release_lock(address);
\#define BAD_CALL(address) { int bad; FAULT(place(address, &bad) < 0 && bad == F_USE_AFTER_FREE ? F_USE_AFTER_FREE : F_NULL_POINTER) }
\#define CALL(here, callee, count) { int next = enter(C.frame, here, callee); if (!next || frames[next].base + SIZE[frames[next].function] > REGS || ++steps > MOST_STEPS) TOO_MUCH for (i = 0; i < count && i < PARAMETERS[frames[next].function]; i++) C.reg[frames[next].base + i] = arg[i]; C.frame = next; C.at = 0; return NEXT; }
\#define RETURN(value) { int back = frames[C.frame].at; word result = value; memset(r, 0, SIZE[frames[C.frame].function] * sizeof(word)); C.frame = frames[C.frame].caller; if (!C.frame) { C.at = 0; if (!quiet && C.held) found |= F_LOCK; return DONE; } i = RESULT[frames[C.frame].function][back]; if (i >= 0) C.reg[frames[C.frame].base + i] = result; C.at = back + 1; return NEXT; }
`;
