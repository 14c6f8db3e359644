// Memory, error pointers, warnings, atomics and module references of the kernel model.
import { describe, expect, it } from "vitest";
import { explore, kind, must, outcome } from "./check.js";

describe("memory", () => {
  const globals = "static int *word;";

  it("is freed once", () => {
    expect(outcome({ globals, cpus: ["word = kzalloc(4, GFP_KERNEL); *word = 1; kfree(word); kfree(NULL);"] })).toBe("clean");
    expect(kind({ globals, cpus: ["word = kmalloc(4, GFP_KERNEL); kfree(word); kfree(word);"] })).toBe("double-free");
    expect(kind({ globals, cpus: ["word = kcalloc(2, 4, GFP_KERNEL); kfree(word); *word = 1;"] })).toBe("use-after-free");
    expect(kind({ globals, cpus: ["word = kzalloc(4, GFP_KERNEL);"] })).toBe("leak");
  });

  it("is not an error pointer", () => {
    expect(outcome({ globals, cpus: ["kfree(ERR_PTR(-ENOMEM));"] })).not.toBe("clean");
  });

  it("runs out only where the scenario asks for it", () => {
    const check = "word = kzalloc(4, GFP_KERNEL); if (!word) return; kfree(word);";
    expect(outcome({ globals, cpus: ["word = kzalloc(4, GFP_KERNEL); *word = 1; kfree(word);"] })).toBe("clean");
    expect(kind({ globals, setup: "fault_injection = 1;", cpus: ["word = kzalloc(4, GFP_KERNEL); *word = 1; kfree(word);"] })).toBe("null");
    expect(outcome({ globals, setup: "fault_injection = 1;", cpus: [check] })).toBe("clean");
  });
});

describe("error pointers", () => {
  it("carry a number and are neither NULL nor memory", () => {
    const body = [
      must("IS_ERR(ERR_PTR(-ENOMEM)) && PTR_ERR(ERR_PTR(-ENOMEM)) == -ENOMEM"), must("!IS_ERR(NULL) && IS_ERR_OR_NULL(NULL)"),
      must("!IS_ERR(&word)"), must("PTR_ERR_OR_ZERO(&word) == 0 && PTR_ERR_OR_ZERO(ERR_PTR(-EBUSY)) == -EBUSY"), must("IS_ERR(ERR_CAST(ERR_PTR(-EINVAL)))"),
    ];
    expect(outcome({ globals: "static int word;", cpus: [body.join("\n")] })).toBe("clean");
  });
});

describe("warnings", () => {
  it("do not end the run and hand the condition on", () => {
    const found = explore({ cpus: ["if (!WARN_ON(1)) __report(\"warn\", \"lost\"); refcount_dec(kzalloc(4, GFP_KERNEL));"] }).findings;
    expect(found.map((finding) => finding.kind)).toEqual(expect.arrayContaining(["warn", "refcount"]));
    expect(found.map((finding) => finding.message)).not.toContain("lost");
  });

  it("say nothing when the condition is false", () => {
    expect(outcome({ cpus: ["WARN_ON(0); WARN_ON_ONCE(0); WARN(0, 0); WARN_ONCE(0, 0); BUG_ON(0); pr_info(0);"] })).toBe("clean");
  });

  it("of the worse kind stop what follows", () => {
    const found = explore({ cpus: ["BUG_ON(1); __report(\"list\", \"after\");"] }).findings;
    expect(found.map((finding) => finding.message)).toEqual(["kernel BUG"]);
  });
});

describe("atomic_t", () => {
  it("is not torn by two CPUs, as a plain word is", () => {
    const two = (body: string): string => outcome({ globals: "static atomic_t count; static int plain;", cpus: [body, body], finish: must("atomic_read(&count) + plain == 2") });
    expect(two("atomic_inc(&count);")).toBe("clean");
    expect(two("plain = plain + 1;")).toMatch(/^warn/);
  });

  it("returns what the kernel's calls return", () => {
    const body = [
      "atomic_set(&v, 3);", must("atomic_inc_return(&v) == 4"), must("atomic_sub_return(3, &v) == 1"), must("atomic_dec_and_test(&v)"), must("!atomic_inc_not_zero(&v)"),
      must("atomic_cmpxchg(&v, 0, 7) == 0 && atomic_read(&v) == 7"), must("atomic_cmpxchg(&v, 0, 8) == 7 && atomic_read(&v) == 7"), must("atomic_xchg(&v, 1) == 7"), must("!atomic_add_unless(&v, 1, 1)"),
    ];
    expect(outcome({ globals: "static atomic_t v;", cpus: [body.join("\n")] })).toBe("clean");
  });
});

describe("modules", () => {
  it("are had until the module is going", () => {
    expect(outcome({ cpus: [`${must("try_module_get(THIS_MODULE)")} module_put(THIS_MODULE); ${must("try_module_get(NULL)")}`], finish: must("this_module.refs == 0") })).toBe("clean");
    expect(outcome({ setup: "this_module.going = 1;", cpus: [must("!try_module_get(THIS_MODULE)")] })).toBe("clean");
  });
});
