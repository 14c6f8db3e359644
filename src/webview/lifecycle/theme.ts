// From the editor's colour theme to mermaid's variables, which must be plain colours because mermaid computes with them.

/** Reads the page's own custom properties (see main.css), resolved to plain colours. */
export function mermaidTheme(): Record<string, string> {
  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);
  const background = resolve(probe, "--page-background", { red: 255, green: 255, blue: 255 });
  const color = (property: string): string => hex(resolve(probe, property, background));
  const foreground = color("--page-foreground");
  const border = color("--diagram-border");
  const node = color("--diagram-node");
  const variables: Record<string, string> = {
    background: hex(background),
    fontFamily: getComputedStyle(document.body).fontFamily,
    fontSize: "13px",
    primaryColor: node,
    primaryTextColor: foreground,
    primaryBorderColor: border,
    secondaryColor: node,
    secondaryTextColor: foreground,
    secondaryBorderColor: border,
    tertiaryColor: node,
    tertiaryTextColor: foreground,
    tertiaryBorderColor: border,
    mainBkg: node,
    nodeBorder: border,
    textColor: foreground,
    titleColor: foreground,
    lineColor: color("--diagram-line"),
    labelColor: foreground,
    stateLabelColor: foreground,
    stateBkg: node,
    classText: foreground,
    transitionColor: color("--diagram-line"),
    transitionLabelColor: foreground,
    edgeLabelBackground: hex(background),
    specialStateColor: color("--diagram-line"),
    noteBkgColor: node,
    noteTextColor: foreground,
    noteBorderColor: border,
  };
  probe.remove();
  return variables;
}

/** Calls back when the editor's theme changes; once per change. Returns the way to stop. */
export function watchTheme(onChange: () => void): () => void {
  const observer = new MutationObserver(() => onChange());
  observer.observe(document.body, { attributes: true, attributeFilter: ["data-vscode-theme-id", "data-vscode-theme-kind"] });
  const forced = matchMedia("(forced-colors: active)");
  forced.addEventListener("change", onChange);
  return () => {
    observer.disconnect();
    forced.removeEventListener("change", onChange);
  };
}

interface Color {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
}

/** The property's colour laid over `under`, because themes use transparent colours; `under` when there is none. */
function resolve(probe: HTMLElement, property: string, under: Color): Color {
  probe.style.color = "";
  probe.style.color = `var(${property})`;
  const canvas = document.createElement("canvas");
  canvas.width = 1;
  canvas.height = 1;
  const context = canvas.getContext("2d");
  if (context === null) return under;
  context.fillStyle = hex(under);
  context.fillRect(0, 0, 1, 1);
  context.fillStyle = getComputedStyle(probe).color;
  context.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
  return { red, green, blue };
}

function hex(color: Color): string {
  return `#${[color.red, color.green, color.blue].map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}
