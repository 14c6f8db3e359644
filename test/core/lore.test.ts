// readLoreAddress: what people copy, and what is refused.
import { describe, expect, it } from "vitest";
import { escapeMessageId, isSameSite, readLoreAddress } from "../../src/core/lore.js";

const id = "20211013-cover.v2-0@example.org";
const all = `https://lore.kernel.org/all/${id}/t.mbox.gz`;
/** The address, or the refusal. */
const read = (text: string, loopback = false): string => {
  const result = readLoreAddress(text, { loopback });
  return "address" in result ? result.address.url : result.refused;
};

describe("readLoreAddress", () => {
  it.each([
    id, `<${id}>`, `  <${id}>\n`, `Message-ID: <${id}>`, `mid:${id}`, `https://lore.kernel.org/r/${id}`, `https://lore.kernel.org/r/${id}/`, `<https://lore.kernel.org/r/${id}>`,
    `https://patch.msgid.link/${id}`, `Link: https://patch.msgid.link/${id}`, `https://lkml.kernel.org/r/${id}`, `http://lkml.kernel.org/r/${id}`, `https://lore.kernel.org/all/${id}/t.mbox.gz`,
    `https://lore.kernel.org/${id}/`, `HTTPS://LORE.kernel.org/all/${id.replace("@", "%40")}/raw`, `http://lore.kernel.org/all/${id}/T/#u`, `https://lore.kernel.org/all/${id}/?q=x`,
  ])("finds the thread of %s", (text) => {
    expect(read(text)).toBe(all);
  });

  it("keeps the list and the host of a link", () => {
    expect(read(`https://lore.kernel.org/kvm/${id}/T/#t`)).toBe(`https://lore.kernel.org/kvm/${id}/t.mbox.gz`);
    expect(read(`https://inbox.example.org:8443/lists/foo-devel/${id}/`)).toBe(`https://inbox.example.org:8443/lists/foo-devel/${id}/t.mbox.gz`);
  });

  it("escapes an id as public-inbox does", () => {
    expect(read("<a/b%c?d#e@example.org>")).toBe("https://lore.kernel.org/all/a%2Fb%25c%3Fd%23e@example.org/t.mbox.gz");
    expect(read("https://lore.kernel.org/all/a%2Fb%25c%3Fd@example.org/")).toBe("https://lore.kernel.org/all/a%2Fb%25c%3Fd@example.org/t.mbox.gz");
    expect(escapeMessageId("é$&';()*+,=:!~|@x")).toBe("%C3%A9$&';()*+,=:!~%7C@x");
    expect(readLoreAddress("<a%40b@example.org>")).toEqual({ address: { url: "https://lore.kernel.org/all/a%2540b@example.org/t.mbox.gz", messageId: "a%40b@example.org" } });
  });

  it.each([
    ["", "empty"], [" \n", "empty"], ["hello", "no-message-id"], ["hello world", "no-message-id"], ["a b@example.org", "bad-message-id"], ["@example.org", "bad-message-id"],
    ["a@", "bad-message-id"], ["a\u0000b@example.org", "bad-message-id"], [`${"a".repeat(300)}@example.org`, "bad-message-id"], ["a@b".repeat(3000), "bad-message-id"],
    ["https://lore.kernel.org/kvm/", "no-message-id"], [`https://lore.kernel.org/${"%"}zz@x/`, "bad-message-id"], [`https://lore.kernel.org/all/a%0ab@example.org/`, "bad-message-id"],
    [`https://user:secret@example.org/l/${id}/`, "credentials"], [`https://a@lore.kernel.org/all/${id}/`, "credentials"], [`http://example.org/l/${id}/`, "plain-http"],
    [`ftp://example.org/l/${id}/`, "other-scheme"], [`file:///etc/${id}`, "other-scheme"], [`https:///all/${id}/`, "bad-host"], [`https://localhost/l/${id}/`, "bad-host"],
    [`https://127.0.0.1/l/${id}/`, "bad-host"], [`https://[::1]/l/${id}/`, "bad-host"], [`https://169.254.1.1/l/${id}/`, "bad-host"], [`http://127.0.0.1:80/l/${id}/`, "bad-host"],
    [`https://exa mple.org/${id}`, "bad-message-id"], [`https://example.org/../${id}/`, "bad-message-id"], [`https://example.org/a%2f/${id}/`, "bad-message-id"],
  ])("refuses %j: %s", (text, refusal) => {
    expect(read(text)).toBe(refusal);
  });

  it("allows plain http on loopback where that is asked for, and nowhere else", () => {
    expect(read(`http://127.0.0.1:8080/all/${id}/`, true)).toBe(`http://127.0.0.1:8080/all/${id}/t.mbox.gz`);
    expect(read(`http://127.0.0.1.example.org/all/${id}/`, true)).toBe("plain-http");
    expect(read(`http://10.0.0.1/all/${id}/`, true)).toBe("bad-host");
  });
});

describe("isSameSite", () => {
  it("keeps redirects at the host, below it, or within kernel.org", () => {
    expect([["a.org", "a.org"], ["a.org", "b.a.org"], ["lore.kernel.org", "sea.lore.kernel.org"], ["lore.kernel.org", "subspace.kernel.org"]].map(([from, to]) => isSameSite(from ?? "", to ?? ""))).toEqual([true, true, true, true]);
    expect([["a.org", "b.org"], ["b.a.org", "a.org"], ["a.co.uk", "b.co.uk"], ["lore.kernel.org", "evilkernel.org"], ["lore.kernel.org", "kernel.org.evil.org"]].map(([from, to]) => isSameSite(from ?? "", to ?? ""))).toEqual([false, false, false, false, false]);
  });
});
