// Small helpers that build the page's elements; text always becomes a text node, never markup.

/** A value of an attribute: false, null and undefined leave it out, true writes it empty. */
export type AttributeValue = string | number | boolean | null | undefined;

/** A piece of a sentence; `code` pieces are set in the editor's font. */
export type Segment = string | { readonly code: string };

/** Makes an element with attributes and children; strings become text nodes. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, AttributeValue>> = {},
  ...children: readonly (Node | string | null)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  setAttributes(element, attributes);
  for (const child of children) if (child !== null) element.append(child);
  return element;
}

/** Makes an SVG element with attributes. */
export function svgEl<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, AttributeValue>> = {},
  ...children: readonly Node[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  setAttributes(element, attributes);
  element.append(...children);
  return element;
}

/** Makes a button that does one thing. */
export function button(
  attributes: Readonly<Record<string, AttributeValue>>,
  onPress: () => void,
  ...children: readonly (Node | string)[]
): HTMLButtonElement {
  const element = el("button", { type: "button", ...attributes }, ...children);
  element.addEventListener("click", onPress);
  return element;
}

/** A select with its visible label; `onChange` gets the chosen value. */
export function labeledSelect(
  label: string,
  id: string,
  onChange: (value: string) => void,
): { readonly element: HTMLElement; readonly select: HTMLSelectElement } {
  const select = el("select", { id });
  select.addEventListener("change", () => onChange(select.value));
  return { element: el("span", { class: "field" }, el("label", { for: id }, label), select), select };
}

/** Replaces the options of a select; unknown values fall back to the first option. */
export function setOptions(
  select: HTMLSelectElement,
  options: readonly { readonly value: string; readonly label: string }[],
  value: string | null,
): void {
  select.replaceChildren(...options.map((option) => el("option", { value: option.value }, option.label)));
  const known = options.some((option) => option.value === value);
  select.value = known && value !== null ? value : (options[0]?.value ?? "");
  select.disabled = options.length === 0;
}

/** An icon drawn with one path in a box of 16 by 16. */
export function icon(path: string): SVGSVGElement {
  return svgEl("svg", { viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true", class: "icon" }, svgEl("path", { d: path }));
}

/** C code on the page; a line may break after an arrow, but not inside one. */
export function codeText(text: string): HTMLElement {
  const code = el("code");
  text.split("->").forEach((part, index) => {
    if (index > 0) code.append(el("span", { class: "unbroken" }, "->"), el("wbr"));
    code.append(part);
  });
  return code;
}

/** Appends a sentence made of pieces. */
export function appendSegments(parent: Element, segments: readonly Segment[]): void {
  for (const segment of segments) parent.append(typeof segment === "string" ? segment : codeText(segment.code));
}

/** The same sentence as plain text, for labels read aloud. */
export function plainText(segments: readonly Segment[]): string {
  return segments.map((segment) => (typeof segment === "string" ? segment : segment.code)).join("");
}

function setAttributes(element: Element, attributes: Readonly<Record<string, AttributeValue>>): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    element.setAttribute(name, value === true ? "" : String(value));
  }
}
