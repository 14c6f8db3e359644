// One open input: where it came from, its bytes, what core read in it, and everything the editor shows of it.
import type * as vscode from "vscode";
import type { PatchFinding } from "../../core/lifecycle/findings/types.js";
import type { Side } from "../../core/patch/types.js";
import type { DocumentView, ReviewView } from "../../core/review/types.js";
import type { Settled } from "../comments/settled.js";
import { documentUri, messagePath, patchIdOf } from "../convert.js";
import { type Disposable, Owner, Slot } from "../dispose.js";
import type { Pending } from "../draft/pending.js";
import type { Engine } from "../engine.js";
import { fileByPath, findPatch, type PatchInSeries } from "./lookup.js";

/** Where an input came from. `id` is made from the URI, so that it is the same after a reload. */
export interface Source {
  readonly id: string;
  readonly uri: string;
  readonly label: string;
}

/** What the user has added to reviews: settled questions, comments that wait. Shared by all sessions. */
export interface ReviewMarks {
  readonly settled: Settled;
  readonly pending: Pending;
}

export class Session implements Disposable {
  /** Frees what lives as long as the session: its page, its watcher. */
  readonly owner = new Owner();
  /** What is made anew for each reading: comment threads, document changes. */
  readonly parts = this.owner.own(new Slot<Owner>());
  /** Milliseconds of the last reading; documents carry it as their time of change. */
  readAt: number;
  /** The file has changed on disk since it was read. */
  stale = false;
  private found = new Map<string, readonly PatchFinding[]>();
  private documents = new Map<string, Promise<DocumentView>>();

  constructor(readonly source: Source, public view: ReviewView, private readonly engine: Engine, readonly marks: ReviewMarks) {
    this.readAt = Date.now();
  }

  get id(): string {
    return this.source.id;
  }

  /** Takes the result of a new reading; what was made from the old one is freed when its `parts` are replaced. */
  replace(view: ReviewView): void {
    this.view = view;
    this.readAt = Math.max(Date.now(), this.readAt + 1);
    this.stale = false;
    this.documents = new Map();
  }

  /** What was found in a patch; undefined while it was not checked. */
  findings(patchKey: string): readonly PatchFinding[] | undefined {
    return this.found.get(patchKey);
  }

  setFindings(patchKey: string, found: readonly PatchFinding[]): void {
    this.found.set(patchKey, found);
  }

  clearFindings(): void {
    this.found.clear();
  }

  patch(key: string): PatchInSeries | undefined {
    return findPatch(this.view, (patch) => patch.key === key);
  }

  patchById(id: string): PatchInSeries | undefined {
    return findPatch(this.view, (patch) => patchIdOf(patch.key) === id);
  }

  /** Our document of a path of a patch; a renamed file has its own path on each side. */
  uri(place: PatchInSeries, path: string, side: Side): vscode.Uri {
    const file = path === messagePath ? undefined : fileByPath(place.patch, path);
    const shown = file === undefined ? path : (side === "before" ? file.pathA : file.pathB) ?? file.path;
    return documentUri(this.id, place.revision, place.patch, shown, side);
  }

  /** The document's text and gaps, read once; undefined where the patch has no such file. */
  async document(place: PatchInSeries, path: string, side: Side): Promise<DocumentView | undefined> {
    const { patch } = place;
    if (patch.mail === null || (path !== messagePath && fileByPath(patch, path) === undefined)) return undefined;
    const key = this.uri(place, path, side).toString();
    let reading = this.documents.get(key);
    if (reading === undefined) {
      const documents = this.documents;
      reading = this.engine.call("document", { session: this.id, patchKey: patch.key, path, side });
      documents.set(key, reading);
      // A failure is asked for again the next time; the map is that of this reading, not of a later one.
      reading.catch(() => documents.delete(key));
    }
    return reading;
  }

  /** Forgets the texts of documents, because they can be read better, or worse, than before; threads and view stay. */
  forgetDocuments(): void {
    this.readAt = Math.max(Date.now(), this.readAt + 1);
    this.documents = new Map();
  }

  dispose(): void {
    this.owner.dispose();
    this.documents = new Map();
  }
}
