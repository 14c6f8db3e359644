// The page's HTML and its policy.
import { describe, expect, it } from "vitest";
import { pageHtml } from "../../src/vscode/panel/html.js";

const parts = {
  script: "https://page.test/main.js", style: "https://page.test/style.css", source: "'self' https://page.test", nonce: "abc123", title: "Lifeline", language: "en",
};

describe("pageHtml", () => {
  it("is exactly this", () => {
    expect(pageHtml(parts)).toBe(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-abc123'; style-src 'self' https://page.test 'unsafe-inline'; font-src 'self' https://page.test; img-src 'self' https://page.test data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Lifeline</title>
<link rel="stylesheet" href="https://page.test/style.css">
</head>
<body>
<div id="root"></div>
<script type="module" nonce="abc123" src="https://page.test/main.js"></script>
</body>
</html>
`);
  });

  it("allows no script but the one with the nonce", () => {
    const html = pageHtml(parts);
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).not.toMatch(/script-src[^;]*(unsafe|https|self|\*)/);
  });

  it("lets no title out of its element", () => {
    const html = pageHtml({ ...parts, title: `</title><script>alert(1)</script>"'&` });
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).toContain("&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot;'&amp;");
  });
});
