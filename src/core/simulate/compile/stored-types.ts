// Types as they are kept outside of a program: by name, to be compared with those of another program or found there again.
import type { CType, RecordType } from "./ctype.js";
import type { Types } from "./types.js";

/** A type by its text: records by what names them. */
export type StoredType =
  | "void"
  | readonly ["int", bits: number, unsigned: 0 | 1, kind: "" | "unknown" | "field"]
  | readonly ["pointer", StoredType]
  | readonly ["array", StoredType, number]
  | readonly ["function", StoredType, readonly StoredType[]]
  | readonly ["record", string];

/** A record by its tag and name, or by the typedef that is its only name; null when nothing names it. */
export function storeRecord(types: Types, record: RecordType): string | null {
  for (const kind of [record.tag, "typedef"] as const) {
    const key = `${kind} ${record.name}`;
    if (record.name !== "" && findRecord(types, key) === record) return key;
  }
  return null;
}

/** The record that a key of `storeRecord` means; null when this program has another thing of the name. */
export function findRecord(types: Types, key: string): RecordType | null {
  const at = key.indexOf(" ");
  const [kind, name] = [key.slice(0, at), key.slice(at + 1)];
  if (kind === "struct" || kind === "union") return types.record(kind, name);
  const type = types.named(name);
  return type?.k === "record" ? type.record : null;
}

/** Null when the type has a part that nothing names. */
export function storeType(types: Types, type: CType): StoredType | null {
  switch (type.k) {
    case "void": return "void";
    case "int": return ["int", type.width.bits, type.width.unsigned ? 1 : 0, type.unknown === true ? "unknown" : type.width.field === true ? "field" : ""];
    case "pointer": case "array": {
      const inner = storeType(types, type.k === "pointer" ? type.to : type.of);
      return inner === null ? null : type.k === "pointer" ? ["pointer", inner] : ["array", inner, type.length];
    }
    case "function": {
      const [returns, ...params] = [type.returns, ...type.params].map((part) => storeType(types, part));
      return returns === undefined || returns === null || params.includes(null) ? null : ["function", returns, params.filter((param) => param !== null)];
    }
    case "record": {
      const key = storeRecord(types, type.record);
      return key === null ? null : ["record", key];
    }
  }
}

/** True when a type of this program is the one that was kept. */
export function isStored(types: Types, stored: StoredType, type: CType): boolean {
  if (stored === "void") return type.k === "void";
  switch (stored[0]) {
    case "int": return type.k === "int" && type.width.bits === stored[1] && type.width.unsigned === (stored[2] === 1) && (type.unknown === true) === (stored[3] === "unknown") && (type.width.field === true) === (stored[3] === "field");
    case "pointer": return type.k === "pointer" && isStored(types, stored[1], type.to);
    case "array": return type.k === "array" && type.length === stored[2] && isStored(types, stored[1], type.of);
    case "function": return type.k === "function" && type.params.length === stored[2].length && isStored(types, stored[1], type.returns) && stored[2].every((param, at) => isStored(types, param, type.params[at] ?? { k: "void" }));
    case "record": return type.k === "record" && findRecord(types, stored[1]) === type.record;
  }
}

/** The type of this program that was kept; null when a record of the name is something else here. */
export function findType(types: Types, stored: StoredType): CType | null {
  if (stored === "void") return { k: "void" };
  switch (stored[0]) {
    case "int": {
      const width = { bits: stored[1], unsigned: stored[2] === 1, ...(stored[3] === "field" ? { field: true as const } : {}) };
      return stored[3] === "unknown" ? { k: "int", width, unknown: true } : { k: "int", width };
    }
    case "pointer": case "array": {
      const inner = findType(types, stored[1]);
      return inner === null ? null : stored[0] === "pointer" ? { k: "pointer", to: inner } : { k: "array", of: inner, length: stored[2] };
    }
    case "function": {
      const returns = findType(types, stored[1]);
      const params = stored[2].map((param) => findType(types, param));
      return returns === null || params.includes(null) ? null : { k: "function", returns, params: params.filter((param) => param !== null) };
    }
    case "record": {
      const record = findRecord(types, stored[1]);
      return record === null ? null : { k: "record", record };
    }
  }
}
