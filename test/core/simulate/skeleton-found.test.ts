// New scenarios for functions that look their object up through another one: it stands where that one looks.
import { expect, it } from "vitest";
import { createSimulator } from "../../../src/core/simulate/simulate.js";
import { kernel } from "../kernel/kernel.js";
import { imageOf, quiet, reader } from "./check.js";

const simulator = createSimulator(reader, kernel);

/** Sessions under numbers; `take` is how a lookup takes its reference. */
const sessions = (take: string): string => `
struct session {
	struct kref ref;
	struct mutex lock;
	int id;
	int commands;
};

static DEFINE_IDR(sessions);
static DEFINE_MUTEX(sessions_lock);

static void session_free(struct kref *ref)
{
	struct session *s = container_of(ref, struct session, ref);

	mutex_lock(&sessions_lock);
	idr_remove(&sessions, s->id);
	mutex_unlock(&sessions_lock);
	kfree(s);
}

static struct session *session_get(int id)
{
	struct session *s;

	mutex_lock(&sessions_lock);
	s = idr_find(&sessions, id);
	if (s${take === "kref_get" ? ")\n\t\tkref_get(&s->ref);" : " && !kref_get_unless_zero(&s->ref))\n\t\ts = NULL;"}
	mutex_unlock(&sessions_lock);
	return s;
}

static void session_put(struct session *s)
{
	kref_put(&s->ref, session_free);
}

static int session_command(int id)
{
	struct session *s = session_get(id);

	if (!s)
		return -ENOENT;
	mutex_lock(&s->lock);
	s->commands++;
	mutex_unlock(&s->lock);
	session_put(s);
	return 0;
}

static int session_destroy(int id)
{
	struct session *s = session_get(id);

	if (!s)
		return -ENOENT;
	session_put(s);
	session_put(s);
	return 0;
}
`;

it.each([["kref_get", "refcount: refcount_t: addition on 0; use-after-free."], ["kref_get_unless_zero", "clean"]])("with %s() in the lookup: %s", (take, wanted) => {
  const code = { images: [imageOf(sessions(take))], revision: 1, patch: 1 };
  for (const functions of [["session_command", "session_destroy"], ["session_command", "session_put"]]) {
    const result = simulator.simulate(code, { patchKey: "", side: "after", scenario: simulator.writeScenario(code, functions), whatIf: null, users: null, bounds: { maxStates: 20_000, maxSteps: 20_000, maxPreemptions: null } }, quiet);
    expect(result.verdict === "violation" ? `${result.kind ?? ""}: ${result.findings[0]?.message ?? ""}` : result.verdict, functions.join(", ")).toBe(wanted);
  }
});

/** Calls that time out; `close` is what ends one. */
const calls = (close: string): string => `
struct call {
	refcount_t refs;
	spinlock_t lock;
	struct timer_list timeout;
	bool over;
	wait_queue_head_t wait;
};

static void call_put(struct call *call)
{
	if (refcount_dec_and_test(&call->refs))
		kfree(call);
}

static void call_timeout(struct timer_list *t)
{
	struct call *call = from_timer(call, t, timeout);

	spin_lock(&call->lock);
	call->over = true;
	spin_unlock(&call->lock);
	wake_up(&call->wait);
	call_put(call);
}

static int call_wait(struct call *call)
{
	int error;

	refcount_inc(&call->refs);
	error = wait_event_interruptible(call->wait, call->over);
	call_put(call);
	return error;
}

static void call_close(struct call *call)
{
	${close}
	call_put(call);
}
`;

it.each([
  ["that its timer gives back where it expires", "if (del_timer(&call->timeout))\n\t\tcall_put(call);", "clean"],
  ["that is given back though the timer runs", "del_timer(&call->timeout);\n\tcall_put(call);", "use-after-free"],
])("a running timer has a reference of its own: %s", (_what, close, wanted) => {
  const code = { images: [imageOf(calls(close))], revision: 1, patch: 1 };
  const run = (functions: readonly string[]): string => {
    const result = simulator.simulate(code, { patchKey: "", side: "after", scenario: simulator.writeScenario(code, functions), whatIf: null, users: null, bounds: { maxStates: 20_000, maxSteps: 20_000, maxPreemptions: null } }, quiet);
    return result.verdict === "violation" ? `${result.kind ?? ""}` : result.verdict;
  };
  expect(run(["call_timeout", "call_close"])).toBe(wanted);
  // It expires: who waits for that does not wait for ever.
  expect(run(["call_wait", "call_timeout"])).toBe("clean");
});
