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
