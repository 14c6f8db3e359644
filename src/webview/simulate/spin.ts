// Verify with Spin: the button beside a verdict, and the line that says what Spin makes of the same program.
import type { RunResult, SpinVerdict } from "../../core/simulate/types.js";
import type { ToPage } from "../../protocol/messages.js";
import { button, el } from "../dom.js";
import { count, findingTitle } from "../words.js";

export interface SpinEvents {
  onVerify(search: "full" | "swarm"): void;
  onCancel(): void;
}

export interface SpinLine {
  /** Starts Spin, and stops it while it runs. */
  readonly button: HTMLElement;
  /** A status line; empty until Spin was asked. */
  readonly line: HTMLElement;
  show(message: Extract<ToPage, { type: "spin" }>): void;
}

export function createSpinLine(result: RunResult, events: SpinEvents): SpinLine {
  let running = false;
  const title = "Gives the same program to an installed Spin, which searches it without our reductions; needs spin and a C compiler";
  const start = button({ class: "secondary", title }, () => {
    if (running) events.onCancel();
    else events.onVerify("full");
  }, "Verify with Spin");
  const words = el("span");
  const swarm = button({ class: "link", hidden: true, title: "Several searches in different orders that keep a few bits of each state: they find, and prove nothing" }, () => events.onVerify("swarm"), "Search as a swarm");
  const line = el("p", { class: "spin", role: "status" }, words, " ", swarm);
  return {
    button: start,
    line,
    show: (message) => {
      running = message.state === "running";
      start.textContent = running ? "Cancel Spin" : "Verify with Spin";
      words.textContent = spinSentence(result, message);
      line.dataset["state"] = message.state === "ended" ? agreement(result, message.verdict) : message.state;
      swarm.hidden = !(message.state === "ended" && outgrown(message.verdict));
    },
  };
}

function spinSentence(result: RunResult, message: Extract<ToPage, { type: "spin" }>): string {
  if (message.state === "refused") return message.reason;
  if (message.state === "running") return message.states === 0 ? "Spin is at work…" : `Spin is at work: ${count(message.states, "state")} so far…`;
  const { verdict } = message;
  if (verdict.problem !== null) return `No verdict of Spin: ${problemWords(verdict.problem)}`;
  const states = `${count(verdict.states, "state")}${verdict.complete ? "" : ", not all of them"}`;
  const kinds = verdict.kinds.map((kind) => findingTitle(kind).toLowerCase()).join(", ");
  switch (agreement(result, verdict)) {
    case "same":
      return `Spin: the same${kinds === "" ? ", nothing found" : ` kinds (${kinds})`}, ${states}.`;
    case "more":
      return `Spin: the same, and in other schedules more (${kinds}), ${states}.`;
    case "open":
      return `Spin: nothing found, ${states}.`;
    case "different":
      return `Spin disagrees: it finds ${kinds === "" ? "nothing" : kinds}, ${states}.`;
  }
}

/** How the verdicts stand to each other. Ours names the kinds of one trace, Spin's those of every schedule; what was not searched to its end proves nothing. */
function agreement(result: RunResult, { kinds, complete }: SpinVerdict): "same" | "more" | "open" | "different" {
  const ours = new Set(result.findings.map((finding) => finding.kind));
  const missed = [...ours].some((kind) => !kinds.includes(kind));
  if (missed) return complete ? "different" : kinds.length === 0 ? "open" : "different";
  if (kinds.length > ours.size) return ours.size === 0 ? (result.complete ? "different" : "more") : "more";
  return ours.size === 0 && !complete ? "open" : "same";
}

/** True when the states do not fit into the memory or the depth of one full search. */
const outgrown = ({ problem, complete }: SpinVerdict): boolean => problem === null ? !complete : /memory|MEMLIM|depth/.test(problem);

function problemWords(problem: string): string {
  const known: Readonly<Record<string, string>> = {
    cancelled: "it was cancelled.",
    bound: "the model needs more room than it was given.",
    missing: "the run reaches a function whose code is not there.",
    "spin is not installed": "spin is not installed (Debian’s package is called spin).",
    "there is no C compiler": "there is no C compiler (cc) to compile its verifier.",
  };
  return known[problem] ?? `${problem}${/[.!?]$/.test(problem) ? "" : "."}`;
}
