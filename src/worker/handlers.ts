// What the worker answers: each request of the protocol, over the sessions that are open.
import { readLoreAddress } from "../core/lore.js";
import { countedBytes, readMailbox } from "../core/mail/read.js";
import { changesOfThreads, type ThreadChange } from "../core/review/changes.js";
import { buildReview, type Review } from "../core/review/review.js";
import { compareRevisions, type Revisions } from "../core/review/revisions.js";
import type { PatchView } from "../core/review/types.js";
import type { RawMail } from "../core/series/am.js";
import { encodeLongLines, readDraftHeader } from "../core/review/draft/mail.js";
import { readSeries } from "../core/series/read.js";
import type { Code, Simulator } from "../core/simulate/simulate.js";
import type { LifecycleView } from "../core/lifecycle/types.js";
import type { Image, Side } from "../core/patch/types.js";
import { CancelledError, type Handlers } from "../protocol/channel.js";
import type { WorkerCalls } from "../protocol/messages.js";
import { hasPatches } from "../protocol/usable.js";
import type { Assets } from "./assets.js";
import { fetchWithB4 } from "./b4.js";
import { draftOf, locateAll } from "./drafts.js";
import { fetchThread } from "./fetch.js";
import { applyRevision } from "./git/apply.js";
import { type FitSide, fittingScenarios, scenarioOfThread } from "./fit.js";
import { freeRunHandlers, type FreeRuns } from "./free-runs.js";
import { nodePlatform } from "./platform.js";
import { runExportHandlers } from "./run-exports.js";
import { visibleText } from "./source.js";
import { Trees } from "./trees.js";

/** What is kept of one open input. */
interface Open {
  readonly review: Review;
  readonly revisions: Revisions;
  /** As it was given, packed or not. */
  readonly bytes: Uint8Array;
  /** Byte range of each mail, by its index. */
  readonly ranges: readonly { readonly from: number; readonly to: number }[];
}

/** The handlers of one worker; what is open is kept in them. */
export function makeHandlers(assets: Assets): Handlers<WorkerCalls> {
  const sessions = new Map<string, Open>();
  const freeRuns: FreeRuns = new Map();
  const openOf = (session: string): Open => {
    const open = sessions.get(session);
    if (open === undefined) throw new Error(`no session ${session}`);
    return open;
  };
  const trees = new Trees();
  const reviewOf = (session: string): Review => openOf(session).review;
  /** The review, with the tree's texts in the images of a patch's revision. */
  const readyFor = async (session: string, patchKey: string): Promise<Review> => {
    const review = reviewOf(session);
    await trees.ensure(session, review, patchKey);
    return review;
  };
  let starting: Promise<Simulator> | null = null;
  const simulator = (): Promise<Simulator> => {
    starting ??= Promise.all([assets.reader(), assets.kernel(), import("../core/simulate/simulate.js")])
      .then(([reader, kernel, { createSimulator }]) => createSimulator(reader, kernel))
      .catch((error: unknown) => {
        starting = null;
        throw error;
      });
    return starting;
  };
  const lifecycle = async (session: string, patchKey: string, struct: string | null): Promise<LifecycleView> => {
    const review = await readyFor(session, patchKey);
    const [reader, { readLifecycle }] = await Promise.all([assets.reader(), import("../core/lifecycle/read.js")]);
    const images = (side: Side): Image[] => imagesOf(review, patchKey, side);
    return readLifecycle(reader, { patchKey, before: images("before"), after: images("after") }, struct);
  };
  return {
    async open({ session, bytes }, control) {
      // Between the steps: what nobody waits for any more is not kept, and what was open stays.
      const checkWish = (): void => {
        if (control.cancelled()) throw new CancelledError();
      };
      const mailbox = await readMailbox(bytes, nodePlatform, { cancelled: () => control.cancelled() });
      checkWish();
      const series = readSeries(mailbox.messages, mailbox.page);
      checkWish();
      const review = buildReview(mailbox, series);
      checkWish();
      const ranges = mailbox.messages.map((message) => ({ from: message.startByte, to: message.endByte }));
      if (hasPatches(review.view)) {
        trees.forget(session);
        sessions.set(session, { review, revisions: compareRevisions(review, series), bytes, ranges });
      }
      return review.view;
    },
    source({ session, mail }) {
      const raw = rawOf(openOf(session))(mail);
      if (raw === null) throw new Error(`no mail ${mail}`);
      return visibleText(raw);
    },
    draft({ session, request }) {
      const open = openOf(session);
      return draftOf(open.review, request, rawOf(open));
    },
    async locate({ session, comments }) {
      for (const { patchKey } of comments) await trees.ensure(session, reviewOf(session), patchKey);
      return locateAll(reviewOf(session), comments);
    },
    mailOfDraft({ text }) {
      const mail = encodeLongLines(text);
      return { text: mail, header: readDraftHeader(mail) };
    },
    fetch({ address, loopback, b4 }, control) {
      const options = { cancelled: () => control.cancelled(), progress: (received: number, total: number | null) => control.progress({ received, total }) };
      return b4 ? fetchWithB4(address, options) : fetchThread(address, { loopback, ...options });
    },
    address({ text, loopback }) {
      return readLoreAddress(text, { loopback });
    },
    close({ session }) {
      trees.forget(session);
      sessions.delete(session);
      for (const [run, free] of freeRuns) if (free.session === session) freeRuns.delete(run);
      return null;
    },
    useTrees({ folders }) {
      trees.set(folders);
      return null;
    },
    tree({ session, patchKey }) {
      return trees.ensure(session, reviewOf(session), patchKey);
    },
    async document({ session, patchKey, path, side }) {
      const document = (await readyFor(session, patchKey)).document(patchKey, path, side);
      if (document === null) throw new Error(`no document ${path}`);
      return document;
    },
    async revisions({ session, seriesKey }, control) {
      const { review, revisions } = openOf(session);
      // Documents that are being opened come first.
      const giveWay = async (): Promise<void> => {
        await new Promise((resolve) => setImmediate(resolve));
        if (control.cancelled()) throw new CancelledError();
      };
      while (revisions.prepare(seriesKey)) await giveWay();
      const matrix = revisions.matrix(seriesKey);
      if (matrix === null) return null;
      const threads: ThreadChange[] = [];
      const series = review.view.series.find((one) => one.key === seriesKey);
      for (const revision of series?.revisions.slice(0, -1) ?? []) {
        for (const patch of revision.cover === null ? revision.patches : [revision.cover, ...revision.patches]) {
          if (patch.threads.length === 0) continue;
          threads.push(...changesOfThreads(review, revisions, patch));
          await giveWay();
        }
      }
      return { matrix, threads };
    },
    partners({ session, patchKey }) {
      return openOf(session).revisions.partners(patchKey) ?? [];
    },
    rangeDiff({ session, before, after }) {
      const compared = openOf(session).revisions.compare(before, after);
      if (compared === null) throw new Error(`no patches ${before ?? ""} and ${after ?? ""} of one series`);
      return compared;
    },
    am({ session, patchKey }) {
      const open = openOf(session);
      const made = open.review.am(patchKey, rawOf(open));
      if (made === null) throw new Error(`no patch ${patchKey}`);
      return { bytes: made.bytes, patches: made.patches, refused: made.refused };
    },
    apply({ session, patchKey, ...request }, control) {
      const open = openOf(session);
      const options = { cancelled: () => control.cancelled(), progress: (applied: number) => control.progress({ applied }) };
      return applyRevision(open.review, patchKey, rawOf(open), request, options);
    },
    async findings({ session, patchKey }) {
      const review = await readyFor(session, patchKey);
      const [reader, { findInPatch }] = await Promise.all([assets.reader(), import("../core/lifecycle/findings/find.js")]);
      return findInPatch(reader, { before: imagesOf(review, patchKey, "before"), after: imagesOf(review, patchKey, "after") });
    },
    lifecycle: ({ session, patchKey, struct }) => lifecycle(session, patchKey, struct),
    ...runExportHandlers({ simulator, lifecycle, codeOf: async (session, request) => codeOf(await readyFor(session, request.patchKey), request.patchKey, request.side) }),
    async scenarios({ session, patchKey }) {
      const review = await readyFor(session, patchKey);
      const [run, kernel, { listScenarios }] = await Promise.all([simulator(), assets.kernel(), import("../core/simulate/simulate.js")]);
      const fitting = await fittingScenarios(run, kernel, sidesOf(review, patchKey), patchOf(review, patchKey));
      const all = listScenarios(kernel);
      return fitting.flatMap((name) => all.find((scenario) => scenario.name === name) ?? []);
    },
    async simulate({ session, request }, control) {
      const code = codeOf(await readyFor(session, request.patchKey), request.patchKey, request.side);
      if (code === null) throw new Error(`no code for ${request.patchKey}`);
      const run = await simulator();
      return run.simulate(code, request, { cancelled: () => control.cancelled(), progress: (states) => control.progress({ states }) });
    },
    async mutants({ session, patchKey, scenarios, bounds }, control) {
      const review = await readyFor(session, patchKey);
      const code = codeOf(review, patchKey, "after");
      const lines = review.code(patchKey)?.changed("after");
      if (code === null || lines === undefined) throw new Error(`no code for ${patchKey}`);
      const run = await simulator();
      return run.runMutants(code, { patchKey, side: "after", lines, scenarios, bounds }, { cancelled: () => control.cancelled(), progress: (done, total) => control.progress({ done, total }) });
    },
    async spin({ session, request, search }, control) {
      const code = codeOf(await readyFor(session, request.patchKey), request.patchKey, request.side);
      if (code === null) throw new Error(`no code for ${request.patchKey}`);
      const [run, { runSpin, noVerdict }] = await Promise.all([simulator(), import("./spin.js")]);
      const model = run.promela(code, request);
      if ("reason" in model) return noVerdict(model.reason);
      return runSpin(model.text, { search, optimize: 1, cancelled: () => control.cancelled(), progress: (states) => control.progress({ states }) });
    },
    ...freeRunHandlers(simulator, async (session, request) => codeOf(await readyFor(session, request.patchKey), request.patchKey, request.side), freeRuns),
    async functions({ session, patchKey }) {
      const review = await readyFor(session, patchKey);
      const code = codeOf(review, patchKey, "after");
      const run = await simulator();
      return code === null ? [] : run.offeredFunctions(code, review.code(patchKey)?.changed("after") ?? []);
    },
    async newScenario({ session, patchKey, functions }) {
      const code = codeOf(await readyFor(session, patchKey), patchKey, "after");
      if (code === null) throw new Error(`no code for ${patchKey}`);
      return (await simulator()).writeScenario(code, functions);
    },
    async threadScenario({ session, patchKey, thread, chosen }) {
      const review = await readyFor(session, patchKey);
      const found = patchOf(review, patchKey)?.threads.find((one) => one.key === thread);
      if (found === undefined) throw new Error(`no thread ${thread}`);
      return scenarioOfThread(await simulator(), await assets.kernel(), sidesOf(review, patchKey), found, chosen);
    },
    async scenarioInfo({ source }) {
      const { infoOf, readHeader } = await import("../core/simulate/scenario.js");
      return infoOf(readHeader(source));
    },
    async kernelFile({ name }) {
      const { model, fills, scenarios } = await assets.kernel();
      const file = [...model, ...fills, ...scenarios].find((one) => one.name === name);
      if (file === undefined) throw new Error(`no kernel file ${name}`);
      return file.text;
    },
  };
}

/** The bytes of a mail of an open input; unpacked once for all that ask through one function. */
function rawOf({ bytes, ranges }: Open): RawMail {
  let counted: Uint8Array | null | undefined;
  return (mail) => {
    counted ??= countedBytes(bytes, nodePlatform) ?? null;
    const range = ranges[mail];
    return counted === null || range === undefined ? null : counted.subarray(range.from, range.to);
  };
}

/** What is known of the files that a patch touches, on one side of it; a renamed file has its own name on each side. */
function imagesOf(review: Review, patchKey: string, side: Side): Image[] {
  const code = review.code(patchKey);
  if (code === null) return [];
  return (patchOf(review, patchKey)?.files ?? []).flatMap((file) => {
    const path = side === "before" ? file.pathA : file.pathB;
    const image = path === null ? null : code.images.image(code.index, path, side);
    return image === null ? [] : [image];
  });
}

/** Every file of a side that is known at that point of the series: what the simulator compiles. Null for a cover letter or a missing patch. */
function codeOf(review: Review, patchKey: string, side: Side): Code | null {
  const code = review.code(patchKey);
  if (code === null) return null;
  const images = code.images.paths(code.index, side).flatMap((path) => code.images.image(code.index, path, side) ?? []);
  return { images, revision: code.revision, patch: code.patch, changed: code.changed(side) };
}

/** Both sides of a patch, as far as they have code. */
function sidesOf(review: Review, patchKey: string): FitSide[] {
  return (["before", "after"] as const).flatMap((side) => {
    const code = codeOf(review, patchKey, side);
    return code === null ? [] : [{ side, code, changed: review.code(patchKey)?.changed(side) ?? [] }];
  });
}

function patchOf(review: Review, patchKey: string): PatchView | undefined {
  return review.view.series.flatMap((series) => series.revisions).flatMap((revision) => revision.patches).find((one) => one.key === patchKey);
}
