// The fixed part of an exported model that makes moves: one CPU at a time on a copy of the state, the start, and the end of a run.

/** What the model does with it: moves, the start and the end. It stands behind the code of the program. */
export const MOVES = String.raw`
static void take_memory(void)
{
	memcpy(M, now.mem, sizeof now.mem);
	used = now.used;
	steps = 0;
	found = ghost = atomic = moved = chosen = 0;
	stride = 1;
}

/* Runs one move of a CPU, taking the choices that "number of the way" stands for; up to its first step only, where it is to be parked. */
static int attempt(struct cpu *cpu, int me, int which, int park)
{
	take_memory();
	memcpy(&C, cpu, sizeof C);
	quiet = 0;
	number = me + 1;
	class = me + 1;
	choices_left = which;
	parked = park;
	return run_cpu();
}

/* A CPU that waits has chosen what it has chosen: that alone is its move then. */
static int try_way(struct cpu *cpu, int me, int which)
{
	int status = attempt(cpu, me, which, 0);

	if (status == BLOCKED && chosen)
		status = attempt(cpu, me, which, 1);
	if (choices_left && status != BLOCKED)
		status = PRUNED;
	if (status == STOPPED || status == DONE)
		clear_dead();
	return status;
}

static int try_move(int me, int which)
{
	struct cpu *cpu = &((P0 *) Pptr(me + 1))->c;
	int status;

	if (!cpu->frame)
		return 0;
	status = try_way(cpu, me, which);
	if (status == BLOCKED || status == PRUNED)
		return status == BLOCKED && (found & F_FATAL) && !choices_left;
	return 1;
}

static void set_flags(void);

/* The end of every run that can go no further: one and the same state. */
static void sink(void)
{
	int me;

	memset(now.mem, 0, sizeof now.mem);
	now.used = 0;
	now.over = 1;
	for (me = 0; me < CPUS; me++)
		memset(&((P0 *) Pptr(me + 1))->c, 0, sizeof(struct cpu));
}

static void make_move(int me)
{
	set_flags();
	if (found & (F_FATAL | F_BOUND | F_MISSING))
		sink();
	else {
		memcpy(now.mem, M, sizeof now.mem);
		now.used = used;
		memcpy(&((P0 *) Pptr(me + 1))->c, &C, sizeof C);
	}
}

/* Runs functions one after the other with nobody beside them. */
static int run_alone(const int *entries, int count, int which)
{
	int i, status = DONE;

	choices_left = which;
	number = class = 0;
	quiet = 1;
	for (i = 0; i < count && status == DONE && !(found & F_FATAL); i++) {
		memset(&C, 0, sizeof C);
		C.frame = enter(0, 0, entries[i]);
		atomic = ghost = 0;
		status = run_cpu();
	}
	return choices_left ? PRUNED : status;
}

static int try_setup(int which)
{
	int status;

	take_memory();
	memset(M, 0, sizeof now.mem);
	memcpy(M, INITIAL, STATIC * sizeof(word));
	memcpy(M + WORDS, CONSTANT, sizeof CONSTANT);
	used = STATIC;
	status = run_alone(SETUP, SETUPS, which);
	return status == DONE || status == STOPPED;
}

static void make_setup(void)
{
	set_flags();
	if (found & (F_FATAL | F_BOUND | F_MISSING)) {
		now.over = 1;
		return;
	}
	memcpy(now.mem, M, sizeof now.mem);
	now.used = used;
}

static void start_cpu(struct cpu *cpu, int function)
{
	memset(cpu, 0, sizeof *cpu);
	if (now.over)
		return;
	cpu->frame = enter(0, 0, function);
}

/* Nobody can move: all are done, and finish() runs; or it is a deadlock; or an assumption of the model cuts the run. */
static int try_end(int which)
{
	int me, at, status, done = 1;

	if (now.over)
		return 0;
	for (me = 0; me < CPUS; me++)
		if (((P0 *) Pptr(me + 1))->c.frame)
			done = 0;
	if (!done) {
		int cut = 0;

		if (which)
			return 0;
		for (me = 0; me < CPUS; me++) {
			struct cpu *cpu = &((P0 *) Pptr(me + 1))->c;
			int waits = 0;

			for (at = 0; cpu->frame && at < WAYS; at++)
				if (try_way(cpu, me, at) == BLOCKED)
					waits = 1;
			if (cpu->frame && !waits)
				cut = 1;
		}
		found = cut ? 0 : F_DEADLOCK;
		return 1;
	}
	take_memory();
	status = FINISH[0] < 0 ? DONE : run_alone(FINISH, 1, which);
	if (status == PRUNED)
		return 0;
	if (status == BLOCKED)
		memcpy(M, now.mem, sizeof now.mem), used = now.used;
	if (!(found & F_FATAL))
		for (at = STATIC; at < used; at += 4 + M[at + 3])
			if ((M[at + 2] & 4) == 0 && M[at + 2] != 0)
				found |= F_LEAK;
	return 1;
}

static void make_end(void)
{
	set_flags();
	sink();
}
`;
