// How many states what runs beside needs: an item that queues itself is soon in a state again that is known.
import { expect, it } from "vitest";
import { explore } from "./check.js";

it("an item that queues itself for ever has few states, whether somebody flushes it or not", () => {
  const globals = "struct job { struct work_struct work; int value; };\nstatic struct job *job;\nstatic void again(struct work_struct *work) { container_of(work, struct job, work)->value ^= 1; schedule_work(work); }\n";
  const setup = "job = kzalloc(sizeof(*job), GFP_KERNEL); __keep(job); INIT_WORK(&job->work, again); schedule_work(&job->work);";
  const states = (cpu: string): number => explore({ globals, setup, cpus: [cpu, "run_work_items();"] }).states;
  expect(states("cancel_work_sync(&job->work); stop_work_items();")).toBeLessThan(200);
  expect(states("flush_work(&job->work); cancel_work_sync(&job->work); stop_work_items();")).toBeLessThan(2_000);
});
