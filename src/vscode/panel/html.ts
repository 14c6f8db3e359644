// The page's HTML: a pure function of addresses and a nonce. No data is in it; that comes by message.

export interface PageParts {
  /** Address of the page's module script; its chunks are loaded by it. */
  readonly script: string;
  readonly style: string;
  /** Where styles, fonts and images may come from, as the editor names it. */
  readonly source: string;
  /** From a secure source, new for each page. */
  readonly nonce: string;
  readonly title: string;
  /** The editor's display language, as a tag. */
  readonly language: string;
}

/**
 * Everything is forbidden but our own script by nonce (its imports inherit it), our own styles, fonts and images. Inline styles are
 * allowed only because mermaid puts a style element and style attributes into its pictures; nothing else of the page uses them.
 */
export function pageHtml(parts: PageParts): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${parts.nonce}'`,
    `style-src ${parts.source} 'unsafe-inline'`,
    `font-src ${parts.source}`,
    `img-src ${parts.source} data:`,
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="${attribute(parts.language)}">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${attribute(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${attribute(parts.title)}</title>
<link rel="stylesheet" href="${attribute(parts.style)}">
</head>
<body>
<div id="root"></div>
<script type="module" nonce="${attribute(parts.nonce)}" src="${attribute(parts.script)}"></script>
</body>
</html>
`;
}

/** Safe inside a double-quoted attribute and as the text of an element. Single quotes stay: the policy needs them. */
function attribute(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
