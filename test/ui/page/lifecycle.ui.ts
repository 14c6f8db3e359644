// The Lifecycle tab in Chromium: drawings, themes, pointer, keyboard, tables, hostile labels, failures.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Browser } from "playwright-core";
import type { Diagram, LifecycleView } from "../../../src/core/lifecycle/types.js";
import { bundlePage, launch, openPage } from "./harness.js";
import type { Bundle, OpenOptions, OpenPage } from "./harness.js";
import { boxView, escapeLabel, groupView, lifecycleMessage, site, sketch, structureView } from "./lifecycle.fixture.js";

let browser: Browser;
let bundle: Bundle;

beforeAll(async () => {
  bundle = await bundlePage();
  browser = await launch();
});

afterAll(() => browser.close());

/** Opens the page on a view and closes it after the check, which also checks that nothing complained. */
async function withView(view: LifecycleView, check: (opened: OpenPage) => Promise<void>, options: OpenOptions = {}): Promise<void> {
  const opened = await openPage(browser, bundle, options);
  try {
    await opened.send(lifecycleMessage(view));
    await opened.drawn();
    await check(opened);
    expect(opened.complaints).toEqual([]);
  } finally {
    await opened.close();
  }
}

const labels = (opened: OpenPage, side: string): Promise<string[]> => opened.page.locator(`.pane-${side} .edgeLabel > .label`).allTextContents();

describe("the Lifecycle tab", () => {
  for (const theme of ["light", "dark", "contrast"] as const) {
    it(`draws both sides in the ${theme} theme, with changes in colour and in sign`, () =>
      withView(
        groupView,
        async (opened) => {
          expect(await opened.postedOf("pageError")).toEqual([]);
          expect(await opened.page.locator(".frame > svg").count()).toBe(2);
          const edge = (side: string, index: number): Promise<string> =>
            opened.page.locator(`.pane-${side} path.line[data-item="edge:${index}"]`).evaluate((path) => getComputedStyle(path).stroke);
          const stroke = (property: string): Promise<string> =>
            opened.page.evaluate((name) => {
              const probe = document.createElement("i");
              probe.style.color = `var(${name})`;
              document.body.append(probe);
              const color = getComputedStyle(probe).color;
              probe.remove();
              return color;
            }, property);
          expect(await edge("after", 1)).toBe(await stroke("--vscode-gitDecoration-addedResourceForeground"));
          expect(await edge("before", 2)).toBe(await stroke("--vscode-gitDecoration-deletedResourceForeground"));
          expect(await labels(opened, "after")).toContain("+ cdev_device_add");
          expect(await labels(opened, "before")).toContain("− device_create");
        },
        { theme },
      ));
  }

  it("draws both sides at the same places", () =>
    withView(groupView, async (opened) => {
      const places = (side: string): Promise<(string | null)[]> =>
        opened.page.locator(`.pane-${side} g.node`).evaluateAll((nodes) => nodes.map((node) => node.getAttribute("transform")));
      expect(await places("before")).toEqual(await places("after"));
    }));

  it("brings the states of both sides to the same heights, also when their labels differ", () => {
    const { before, after } = boxView;
    if (before === null || after === null) throw new Error("the fixture has both sides");
    const long = escapeLabel("− a_call, − another_call, − a_third_call, − a_fourth_call, − a_fifth_call, − a_sixth_call");
    const text = before.text.replace(escapeLabel("~ last kref_put"), long).replace(/as s_dying$/m, "as s_dying\ns_dying : memory\ns_dying : minor");
    return withView({ ...boxView, before: { ...before, text } }, async ({ page }) => {
      const heights = (side: string): Promise<number[]> =>
        page.locator(`.pane-${side} g.node`).evaluateAll((nodes) => nodes.map((node) => Math.round(Number(/, ([\d.]+)\)/.exec(node.getAttribute("transform") ?? "")?.[1]))));
      expect(await heights("before")).toEqual(await heights("after"));
      const boxes = await page.locator(".frame > svg").evaluateAll((all) => all.map((svg) => svg.getBoundingClientRect().height));
      expect(boxes[0]).toBe(boxes[1]);
      // Every arrow still ends at the state that it leads to.
      const gap = await page.locator('.pane-after path.line[data-item="edge:1"]').evaluate((path) => {
        const state = document.querySelector('.pane-after g.node[data-item="node:s_dying"] rect');
        return Math.abs(path.getBoundingClientRect().bottom - (state?.getBoundingClientRect().top ?? 0));
      });
      expect(gap).toBeLessThan(3);
    });
  });

  it("is not faded by a class of the diagram's own text", () => {
    const { after } = boxView;
    if (after === null) throw new Error("the fixture has both sides");
    const text = `${after.text}classDef absent opacity:0.1\nclass s_live absent\n`;
    return withView({ ...boxView, after: { ...after, text } }, async ({ page }) => {
      const opacity = await page.locator('.pane-after g.node[data-item="node:s_live"] rect').first().evaluate((rect) => getComputedStyle(rect).opacity);
      expect(opacity).toBe("1");
    });
  });

  it("colors each call of a label by its own sign", () => {
    const edges = [{ from: "[*]", to: "s_a", label: "open: + cdev_add, list_add, −idr_alloc", change: "changed" as const, sites: [site("after", "open", "cdev_add(c)", 3)] }];
    const after = sketch("after", "calls", [{ id: "s_a", label: "a", change: "same" }], edges);
    return withView({ ...boxView, before: null, after }, async ({ page }) => {
      expect(await page.locator(".sign-new").allTextContents()).toEqual(["+ cdev_add"]);
      expect(await page.locator(".sign-gone").allTextContents()).toEqual(["−idr_alloc"]);
      expect(await page.locator(".sign-changed").allTextContents()).toEqual(["~"]);
    });
  });

  it("cuts no label off", () =>
    withView(groupView, async ({ page }) => {
      const tooWide = await page.locator(".frame foreignObject").evaluateAll((boxes) =>
        boxes.filter((box) => {
          const words = document.createRange();
          words.selectNodeContents(box);
          return words.getBoundingClientRect().width > box.getBoundingClientRect().width + 1;
        }).map((box) => box.textContent),
      );
      expect(tooWide).toEqual([]);
    }));

  it("fades what is not on this side", () =>
    withView(groupView, async (opened) => {
      const opacity = (side: string): Promise<string> =>
        opened.page.locator(`.pane-${side} g.node[data-item="node:s_unpublished"] > rect`).first().evaluate((shape) => getComputedStyle(shape).opacity);
      expect(Number(await opacity("before"))).toBeLessThan(0.3);
      expect(Number(await opacity("after"))).toBe(1);
    }));

  it("draws again in the new colours when the theme changes", () =>
    withView(boxView, async (opened) => {
      const fill = (): Promise<string> => opened.page.locator(".pane-after g.node rect.basic").first().evaluate((rect) => getComputedStyle(rect).fill);
      const dark = await fill();
      await opened.setTheme("light");
      await opened.drawn(2);
      expect(await fill()).not.toBe(dark);
      expect(await fill()).toBe("rgb(248, 248, 248)");
    }));

  it("explains a transition under the pointer without moving the page, and opens its line on a click", () =>
    withView(groupView, async (opened) => {
      const label = opened.page.locator('.pane-after .label[data-item="edge:5"]');
      const before = await opened.page.locator(".twin").boundingBox();
      await label.hover();
      expect(await opened.page.locator(".detail .sentence").innerText()).toBe(
        "+ New: cdev_device_del(&group->cdev, &group->dev) in vfio_group_put() leads from “published” to “unpublished”.",
      );
      expect(await opened.page.locator(".twin").boundingBox()).toEqual(before);
      await label.click();
      expect(await opened.postedOf("reveal")).toEqual([
        { type: "reveal", link: { path: "drivers/vfio/vfio.c", side: "after", line: 468, endLine: 468 } },
      ]);
    }));

  it("draws what a struct is made of, with the same marks and links", () =>
    withView(structureView, async (opened) => {
      const { page } = opened;
      await page.getByRole("button", { name: "Structure" }).click();
      await opened.drawn(2);
      expect(await page.getByRole("button", { name: "Structure" }).getAttribute("aria-pressed")).toBe("true");
      expect(await page.locator(".twin caption").textContent()).toContain("All links of the struct");
      expect(await page.locator(".pane-after path.line").count()).toBe(3);
      expect(await page.locator(".pane-before path.line.elsewhere").count()).toBe(2);
      await page.locator('.pane-after .label[data-item="edge:2"]').click();
      expect((await opened.postedOf("reveal"))[0]?.link).toMatchObject({ side: "after", line: 68 });
    }));

  it("lights the same transition on the other side", () =>
    withView(groupView, async (opened) => {
      await opened.page.locator('.pane-after .label[data-item="edge:0"]').hover();
      expect(await opened.page.locator('.pane-before path.line[data-item="edge:0"].lit').count()).toBe(1);
      expect(await opened.page.locator(".pane-after .lit").count()).toBe(0);
    }));

  it("walks every node and transition with the arrow keys, with a label for each, and opens with Enter", () =>
    withView(groupView, async (opened) => {
      const { page } = opened;
      await page.locator(".pane-after [data-item][tabindex='0']").focus();
      const seen: string[] = [];
      for (;;) {
        const [key, label, role] = await page.evaluate(() => {
          const element = document.activeElement as SVGElement;
          return [element.dataset["item"] ?? "", element.getAttribute("aria-label") ?? "", element.getAttribute("role") ?? ""];
        });
        if (key === undefined || seen.at(-1) === key) break;
        expect(label).not.toBe("");
        expect(["button", "img"]).toContain(role);
        seen.push(key);
        await page.keyboard.press("ArrowDown");
      }
      const after = groupView.after;
      expect(seen.filter((key) => key.startsWith("edge:"))).toHaveLength(after?.edges.length ?? 0);
      expect(seen.filter((key) => key.startsWith("node:"))).toHaveLength(after?.nodes.length ?? 0);
      await page.keyboard.press("Home");
      await page.keyboard.press("Enter");
      expect((await opened.postedOf("reveal"))[0]?.link.line).toBe(362);
      expect(await page.locator("[data-item][tabindex='0']").count()).toBe(2);
    }));

  it("says the same in a table", () =>
    withView(groupView, async (opened) => {
      await opened.page.locator(".twin > summary").click();
      const rows = await opened.page.locator(".twin tbody tr").allInnerTexts();
      expect(rows).toHaveLength(groupView.after?.edges.length ?? 0);
      expect(rows[3]).toContain("+ new");
      expect(rows[3]).toContain("not on this side");
      expect(rows[3]).toContain("vfio.c:432");
      await opened.page.locator(".twin tbody tr").nth(3).locator(".link").click();
      expect((await opened.postedOf("reveal"))[0]?.link).toMatchObject({ side: "after", line: 432 });
    }));

  it("lists the pairs, and what was read only in part", () =>
    withView(groupView, async (opened) => {
      const pairs = opened.page.getByRole("table", { name: "Acquire and release of every resource" });
      expect(await pairs.locator("tbody").count()).toBe(4);
      const memory = pairs.locator("tbody").first();
      expect(await memory.innerText()).toContain("vfio_group_alloc(), error: acquired and released");
      expect(await memory.innerText()).toContain("vfio_group_release(): released (lines missing)");
      await memory.locator("li", { hasText: "vfio_create_group(), success" }).getByRole("button").click();
      expect((await opened.postedOf("reveal")).map(({ link }) => link.line)).toEqual([433]);
      // One side releases it, and the row is about both.
      expect(await pairs.locator("tbody").nth(3).locator("td li", { hasText: "mutex_destroy" }).locator(".side-tag").innerText()).toBe("after");
      expect(await pairs.locator("tbody").nth(3).innerText()).toContain("Its ways were not followed.");
      expect(await opened.page.locator(".pairs .notes").innerText()).toContain("vfio_group_put() (after)");
    }));

  it.each(["light", "dark", "contrast"] as const)("shows both tables whole in the %s theme", (theme) =>
    withView(
      groupView,
      async ({ page }) => {
        await page.locator(".pairs").screenshot({ path: `test-results/ui/pairs-${theme}.png` });
        expect(await page.locator(".pairs").innerText()).toContain("until its last reference runs vfio_group_release(), which frees it");
        expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
      },
      { theme, width: 1000 },
    ));

  it("lists who keeps the memory alive on each side, and until when", () =>
    withView(groupView, async (opened) => {
      const owners = opened.page.getByRole("table", { name: "Who keeps the memory alive" });
      expect(await owners.locator("tbody th").allInnerTexts()).toEqual(["count users", "device dev", "the cdev's reference of its parent"]);
      const device = owners.locator("tbody tr").nth(1);
      expect(await device.innerText()).toContain("not on this side");
      expect(await device.innerText()).toContain("until its last reference runs vfio_group_release(), which frees it");
      await device.locator("li", { hasText: "put_device" }).getByRole("button").click();
      expect((await opened.postedOf("reveal")).map(({ link }) => link.line)).toEqual([469]);
      expect(await opened.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    }));

  it("zooms with buttons and with ctrl and the wheel, both sides alike; the plain wheel scrolls the page", () =>
    withView(
      groupView,
      async (opened) => {
        const { page } = opened;
        const widths = (): Promise<number[]> => page.locator(".frame > svg").evaluateAll((all) => all.map((svg) => svg.getBoundingClientRect().width));
        const [start = 0] = await widths();
        await page.getByRole("button", { name: "Zoom in" }).click();
        const [before = 0, after = 0] = await widths();
        expect(before).toBeGreaterThan(start);
        expect(after).toBe(before);
        await page.locator(".pane-before .frame").hover();
        await page.mouse.wheel(0, 200);
        await page.waitForFunction(() => (document.scrollingElement?.scrollTop ?? 0) > 0);
        expect((await widths())[0]).toBe(before);
        await page.keyboard.down("Control");
        await page.mouse.wheel(0, -200);
        await page.keyboard.up("Control");
        await expect.poll(async () => (await widths())[0]).toBeGreaterThan(before);
        await page.getByRole("button", { name: "Fit to width" }).click();
        expect((await widths())[0]).toBe(start);
      },
      { height: 500 },
    ));

  it("stacks the sides when the panel is narrow, without making the page scroll sideways", () =>
    withView(
      groupView,
      async (opened) => {
        const before = await opened.page.locator(".pane-before").boundingBox();
        const after = await opened.page.locator(".pane-after").boundingBox();
        expect(after?.y ?? 0).toBeGreaterThan((before?.y ?? 0) + (before?.height ?? 0) - 1);
        expect(await opened.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(500);
      },
      { width: 500 },
    ));

  it("hides what did not change on demand, without moving the rest, and keeps that over a reload", () => {
    // The arrow between the first two states is the same on both sides here.
    const quiet = (diagram: Diagram | null): Diagram | null => diagram && { ...diagram, edges: diagram.edges.map((edge) => (edge.index === 1 ? { ...edge, change: "same" } : edge)) };
    const calm: LifecycleView = { ...groupView, before: quiet(groupView.before), after: quiet(groupView.after) };
    return withView(calm, async (opened) => {
      const { page } = opened;
      const place = (): Promise<unknown> => page.locator('.pane-after g.node[data-item="node:s_unpublished"]').boundingBox();
      const before = await place();
      const same = calm.after?.edges.filter((edge) => edge.change === "same").length ?? 0;
      expect(same).toBeGreaterThan(0);
      await page.getByLabel("Only changes").check();
      expect(await page.locator(".pane-after path.line.filtered").count()).toBe(same);
      expect(await place()).toEqual(before);
      expect(await page.locator(".pane-after .filtered[tabindex='0']").count()).toBe(0);
      await page.locator(".twin > summary").click();
      expect(await page.locator(".twin tbody tr:visible").count()).toBe((calm.after?.edges.length ?? 0) - same);
      const saved = await page.evaluate(() => (globalThis as unknown as { saved: { onlyChanges: boolean } }).saved.onlyChanges);
      expect(saved).toBe(true);
      const again = await openPage(browser, bundle, { saved: { ...lifecycleMessage(calm).state, shown: null, onlyChanges: true } });
      await again.send(lifecycleMessage(calm));
      await again.drawn();
      expect(await again.page.getByLabel("Only changes").isChecked()).toBe(true);
      expect(await again.page.locator(".pane-after path.line.filtered").count()).toBe(same);
      await again.close();
    });
  });

  it("finds text in labels, calls and functions, counts it, and walks over it on both sides", () =>
    withView(groupView, async ({ page }) => {
      await page.keyboard.press("/");
      await page.keyboard.type("DEVICE_");
      const count = page.locator(".found-count");
      const all = Number(await count.innerText());
      expect(all).toBeGreaterThan(2);
      expect(await page.locator(".pane-after path.line.found").count()).toBeGreaterThan(0);
      await page.keyboard.press("Enter");
      expect(await count.innerText()).toBe(`1 of ${all}`);
      expect(await page.locator(".pane-after .found-now, .pane-before .found-now").count()).toBeGreaterThan(0);
      expect(await page.locator(".detail .sentence").innerText()).toContain("device_");
      await page.keyboard.press("Shift+Enter");
      expect(await count.innerText()).toBe(`${all} of ${all}`);
      await page.keyboard.press("Escape");
      expect(await page.locator(".found").count()).toBe(0);
      await page.keyboard.type("no such thing");
      expect(await count.innerText()).toBe("none");
    }));

  it("gives the drawings the whole page, fits them into it, and leaves with Escape", () =>
    withView(
      groupView,
      async (opened) => {
        const { page } = opened;
        const width = (): Promise<number> => page.locator(".pane-after .frame > svg").evaluate((svg) => svg.getBoundingClientRect().width);
        const usual = await width();
        await page.getByRole("button", { name: "Full screen" }).click();
        expect(await page.locator(".tabs").isVisible()).toBe(false);
        const frame = await page.locator(".pane-after .frame").boundingBox();
        const drawing = await page.locator(".pane-after .frame > svg").boundingBox();
        expect(drawing?.height ?? 9999).toBeLessThanOrEqual(frame?.height ?? 0);
        expect(await page.evaluate(() => document.documentElement.scrollHeight <= innerHeight)).toBe(true);
        expect(await page.locator(".detail").isVisible()).toBe(true);
        await page.keyboard.press("Escape");
        expect(await page.locator(".tabs").isVisible()).toBe(true);
        expect(await width()).toBe(usual);
        expect((await opened.postedOf("fullScreen")).map((message) => message.on)).toEqual([true, false]);
        expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe("Full screen");
      },
      { width: 1600, height: 1000 },
    ));

  it("asks for another struct", () =>
    withView(groupView, async (opened) => {
      await opened.page.locator("#choose-struct").selectOption("vfio_device");
      expect(await opened.postedOf("chooseStruct")).toEqual([{ type: "chooseStruct", struct: "vfio_device" }]);
    }));

  it("shows a side that has nothing, and a patch that has nothing", async () => {
    await withView({ ...groupView, before: null }, async (opened) => {
      expect(await opened.page.locator(".pane-before").innerText()).toContain("nothing of struct vfio_group");
    });
    await withView({ ...groupView, before: null, after: null, pairs: [] }, async (opened) => {
      expect(await opened.page.locator("#panel-lifecycle").innerText()).toContain("No lifetime calls");
    });
  });

  it("shows the text of a diagram that cannot be drawn, and reports it", () =>
    withView({ ...boxView, after: boxView.after && { ...boxView.after, text: "stateDiagram-v2\nstate {{{\n" } }, async (opened) => {
      expect(await opened.page.locator(".pane-after pre").innerText()).toContain("state {{{");
      expect(await opened.page.locator(".pane-before svg").count()).toBe(1);
      const [error] = await opened.postedOf("pageError");
      expect(error?.message).toContain("the after diagram of struct box could not be drawn");
    }));

  it("does not hand mermaid a text beyond its limit", () =>
    withView({ ...boxView, after: boxView.after && { ...boxView.after, text: `stateDiagram-v2\n%% ${"x".repeat(60_000)}\n` } }, async (opened) => {
      expect((await opened.postedOf("pageError"))[0]?.message).toContain("too large");
    }));

  it("shows hostile names as text", () => {
    const hostile = [
      `<img src=x onerror="acquireVsCodeApi()">`,
      `<b>bold</b> **stars** [link](command:workbench.action.quit)`,
      `%%{init: {"securityLevel": "loose", "themeCSS": "body{display:none}"}}%%`,
      `click s_live href "javascript:alert(1)"`,
      `"; state x { --- ] } #35; &lt;`,
    ];
    const nodes = hostile.map((label, index) => ({ id: `s_${index}`, label, change: "same" as const }));
    const edges = hostile.map((label, index) => ({
      from: index === 0 ? "[*]" : `s_${index - 1}`,
      to: `s_${index}`,
      label,
      change: "new" as const,
      sites: [site("after", label, label, 7, `<i>${label}</i>`)],
    }));
    const view: LifecycleView = {
      ...groupView,
      struct: hostile[0] ?? "",
      structs: hostile.map((name) => ({ name, changedCalls: 1 })),
      before: null,
      after: sketch("after", hostile[1] ?? "", nodes, edges),
      pairs: [{ resource: hostile[0] ?? "", change: "new", acquire: edges[0]?.sites ?? [], release: [], ways: [{ side: "after", function: hostile[2] ?? "", ends: "error", halves: "both", returns: [], partial: true }], note: hostile[1] ?? "" }],
      owners: [{ who: hostile[0] ?? "", change: "new", before: null, after: hostile[1] ?? "", begins: edges[0]?.sites ?? [], ends: [] }],
      partial: hostile.map((name) => ({ side: "after", function: name })),
      skipped: [{ side: "after", line: 1, reason: hostile[0] ?? "" }],
    };
    return withView(view, async (opened) => {
      const { page } = opened;
      expect(await opened.postedOf("pageError")).toEqual([]);
      expect(await page.locator("body").locator("img, b, strong, i, em, a, [onerror], [href]").count()).toBe(0);
      expect(await page.locator("script").count()).toBe(1);
      const drawn = (await page.locator(".pane-after g.node").allTextContents()).map((text) => text.replace(/\s+/g, ""));
      for (const label of hostile) expect(drawn).toContain(label.replace(/\s+/g, ""));
      for (const key of ["edge:0", "edge:2", "edge:4"]) await page.locator(`.pane-after .hit[data-item="${key}"]`).dispatchEvent("click");
      expect((await opened.postedOf("reveal")).map((message) => message.link.line)).toEqual([7, 7, 7]);
      expect(await page.locator(".detail .sentence").innerText()).toContain(hostile[4]);
    });
  });

  it("escapes as the reference says", () => {
    expect(escapeLabel("a_b <c>")).toBe("a#95;b #60;c#62;");
  });
});
