// Function-like macros of the texts, read as an expression or as statements with names for their parameters.
import type { CReader } from "../../c/reader.js";
import type { Expr, Stmt } from "../../c/ast.js";
import type { Unit } from "./link.js";

export interface Macro { readonly params: readonly string[]; readonly value: Expr | null; readonly body: readonly Stmt[] | null }

/** The nearest macro of this name; null when there is none or when it pastes or stringifies. */
export function parseMacro(reader: CReader, units: readonly Unit[], name: string): Macro | null {
  for (const unit of units) {
    for (const { span, reason } of unit.unit.skipped) {
      if (reason !== "function-like macro") continue;
      const found = /^#\s*define\s+(\w+)\(([^)]*)\)\s*([\s\S]*)$/.exec(unit.text.slice(span.from, span.to));
      if (!found || found[1] !== name) continue;
      const params = (found[2] ?? "").split(",").map((param) => param.trim()).filter((param) => param !== "");
      const body = (found[3] ?? "").replace(/\\\r?\n/g, "\n").trim();
      if (body.includes("#") || params.some((param) => param.includes("..."))) return null;
      return { params, ...parsed(reader, body) };
    }
  }
  return null;
}

function parsed(reader: CReader, body: string): { readonly value: Expr | null; readonly body: readonly Stmt[] | null } {
  const value = reader.readText("macro", `long macro_value = (${body});`).globals[0]?.init ?? null;
  if (value && value.kind !== "opaque") return { value, body: null };
  const statements = reader.readText("macro", `void macro_body(void) { ${body}; }`).functions[0]?.body ?? null;
  return { value: null, body: statements && statements.every((stmt) => stmt.kind !== "opaque") ? statements : null };
}
