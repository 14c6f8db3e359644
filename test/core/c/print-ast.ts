// Prints a unit as text, for golden tests and for small comparisons.
import type { Arg, CFunction, CUnit, Declaration, Expr, InitEntry, Stmt, TypeRef } from "../../../src/core/c/ast.js";

/** One line per top-level thing, statements indented; lines of the text stand in front of functions and structs. */
export function printUnit(unit: CUnit): string {
  const out: string[] = [];
  for (const define of unit.defines) out.push(`define ${define.name} = ${define.text}`);
  for (const entry of unit.enums) out.push(`enum ${entry.name || "-"} ${entry.values.map((v) => (v.value === null ? v.name : `${v.name}=${printExpr(v.value)}`)).join(" ")}`);
  for (const entry of unit.typedefs) out.push(`typedef ${entry.name} = ${printType(entry.type)}`);
  for (const entry of unit.structs) {
    out.push(`${entry.span.line}: ${entry.tag} ${entry.name || "-"}${entry.whole ? "" : " (cut)"}`);
    for (const field of entry.fields) out.push(`  ${field.name || "-"}${field.bits === undefined ? "" : `:${field.bits}`} ${printType(field.type)}`);
  }
  for (const entry of unit.globals) out.push(`global ${printDeclaration(entry)}`);
  for (const entry of unit.functions) out.push(...printFunction(entry));
  for (const entry of unit.skipped) out.push(`skipped ${entry.span.line}: ${entry.reason}`);
  return out.join("\n");
}

export function printFunction(fn: CFunction): string[] {
  const missing = (["head", "middle", "tail"] as const).filter((part) => fn.missing[part]);
  const flags = [fn.isStatic ? "static" : "", fn.whole ? "" : "partial", missing.length > 0 ? `missing(${missing.join(" ")})` : ""].filter((x) => x !== "");
  const head = `${fn.nameSpan.line}: ${printType(fn.returns)} ${fn.name}(${fn.params.map((p) => `${p.name} ${printType(p.type)}`.trim()).join(", ")})${flags.map((x) => ` ${x}`).join("")}`;
  return fn.body === null ? [`${head} prototype`] : [head, ...fn.body.flatMap((stmt) => printStmt(stmt, "  "))];
}

export function printType(type: TypeRef): string {
  const base = type.members !== undefined && type.name === "" ? `${type.tag}{${type.members.map((m) => `${m.name} ${printType(m.type)}`).join("; ")}}` : `${type.tag === "name" ? "" : `${type.tag} `}${type.name || "?"}`;
  const stars = "*".repeat(type.pointers);
  const arrays = type.arrays.map((n) => `[${n ?? ""}]`).join("");
  return `${base}${stars}${arrays}${type.params === undefined ? "" : `(${type.params.map((p) => printType(p.type)).join(", ")})`}`;
}

export function printDeclaration(entry: Declaration): string {
  return `${entry.isStatic ? "static " : ""}${entry.isExtern ? "extern " : ""}${entry.name} ${printType(entry.type)}${entry.init === null ? "" : ` = ${printExpr(entry.init)}`}`;
}

export function printStmt(stmt: Stmt, indent: string): string[] {
  const inner = (body: readonly Stmt[]): string[] => body.flatMap((s) => printStmt(s, `${indent}  `));
  switch (stmt.kind) {
    case "block": return [`${indent}block`, ...inner(stmt.body)];
    case "expr": return [`${indent}${printExpr(stmt.expr)}`];
    case "declare": return [`${indent}declare ${stmt.declarations.map(printDeclaration).join("; ")}`];
    case "if": return [`${indent}if ${printExpr(stmt.test)}`, ...inner([stmt.then]), ...(stmt.else === null ? [] : [`${indent}else`, ...inner([stmt.else])])];
    case "while": return [`${indent}while ${printExpr(stmt.test)}`, ...inner([stmt.body])];
    case "do": return [`${indent}do`, ...inner([stmt.body]), `${indent}while ${printExpr(stmt.test)}`];
    case "for": return [`${indent}for ${stmt.init === null ? "" : printStmt(stmt.init, "").join(" ")}; ${stmt.test === null ? "" : printExpr(stmt.test)}; ${stmt.step === null ? "" : printExpr(stmt.step)}`, ...inner([stmt.body])];
    case "macro-block": return [`${indent}macro ${stmt.macro}(${stmt.args.map(printArg).join(", ")})`, ...inner([stmt.body])];
    case "switch": return [`${indent}switch ${printExpr(stmt.value)}`, ...inner(stmt.body)];
    case "case": return [`${indent}case ${printExpr(stmt.value)}${stmt.toValue === null ? "" : ` to ${printExpr(stmt.toValue)}`}`];
    case "label": return [`${indent}label ${stmt.name}`];
    case "goto": return [`${indent}goto ${stmt.label}`];
    case "return": return [`${indent}return${stmt.value === null ? "" : ` ${printExpr(stmt.value)}`}`];
    case "gap": return [`${indent}gap ${stmt.fromLine}-${stmt.toLine}`];
    case "opaque": return [`${indent}opaque (${stmt.reason}) line ${stmt.span.line}`];
    case "default": case "break": case "continue": case "empty": return [`${indent}${stmt.kind}`];
  }
}

export function printArg(arg: Arg): string {
  return arg.kind === "type" ? `<${printType(arg.type)}>` : printExpr(arg);
}

export function printExpr(expr: Expr): string {
  switch (expr.kind) {
    case "name": return expr.name;
    case "number": return expr.text;
    case "string": return expr.text;
    case "unary": return expr.postfix ? `(${printExpr(expr.operand)}${expr.op})` : `(${expr.op}${printExpr(expr.operand)})`;
    case "binary": return `(${printExpr(expr.left)} ${expr.op} ${printExpr(expr.right)})`;
    case "assign": return `(${printExpr(expr.target)} ${expr.op} ${printExpr(expr.value)})`;
    case "conditional": return `(${printExpr(expr.test)} ? ${expr.then === null ? "" : printExpr(expr.then)} : ${printExpr(expr.else)})`;
    case "comma": return `(${printExpr(expr.left)}, ${printExpr(expr.right)})`;
    case "call": return `${printExpr(expr.callee)}(${expr.args.map(printArg).join(", ")})`;
    case "member": return `${printExpr(expr.object)}${expr.arrow ? "->" : "."}${expr.field}`;
    case "index": return `${printExpr(expr.object)}[${printExpr(expr.index)}]`;
    case "cast": return `<${printType(expr.type)}>${printExpr(expr.operand)}`;
    case "sizeof": return `sizeof(${expr.type !== null ? `<${printType(expr.type)}>` : expr.operand === null ? "" : printExpr(expr.operand)})`;
    case "init": return `${expr.type === null ? "" : `<${printType(expr.type)}>`}{${expr.entries.map(printEntry).join(", ")}}`;
    case "block-value": return `({ ${expr.body.flatMap((s) => printStmt(s, "")).join("; ")} })`;
    case "opaque": return `opaque(${expr.reason})`;
  }
}

function printEntry(entry: InitEntry): string {
  return entry.designator.length === 0 ? printExpr(entry.value) : `${entry.designator.map((d) => (typeof d === "number" ? `[${d}]` : `.${d}`)).join("")} = ${printExpr(entry.value)}`;
}
