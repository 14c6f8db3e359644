// Names that the manifest and the code must agree on: context keys, schemes, ids of views, languages. Plain data.

/** Keys of when-clauses, each set in one place (`contextKeys.ts`). */
export const contextKeys = {
  /** At least one series is open. */
  open: "lifeline.open",
  /** A file is being read. */
  opening: "lifeline.opening",
  /** At least one comment thread can be walked to. */
  threads: "lifeline.threads",
  /** At least one series has several revisions. */
  revisions: "lifeline.revisions",
} as const;

export const scheme = "lifeline";
/** What-if copies of after documents, which can be written. */
export const editScheme = "lifeline-edit";
/** The folder in the extension's storage that has the user's scenarios, one folder for each patch. */
export const scenarioFolder = "lifeline-scenarios";
export const viewId = "lifeline.series";
export const revisionsViewId = "lifeline.revisions";
export const containerId = "lifeline";
export const panelType = "lifeline.panel";
export const commentControllerId = "lifeline";
/** Languages of the documents we serve; each has the diff defaults below. */
export const languages = { c: "lifeline-c", text: "lifeline-text", message: "lifeline-message", mail: "lifeline-mail", reply: "eml", patch: "lifeline-patch" } as const;
/** Endings of the files whose explorer menu offers to open them. What a file is, is decided by its content. */
export const inputEndings = ["mbox", "mbx", "eml", "patch", "diff", "txt", "gz"] as const;
