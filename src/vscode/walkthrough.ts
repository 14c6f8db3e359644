// The walkthrough: four steps on the bundled sample, from the tree to the race. Data of the manifest, as `contributions.ts` is.

interface Step {
  readonly id: string;
  readonly title: string;
  /** Markdown; a line that is only a link becomes a button. */
  readonly text: string;
  /** A picture below media/walkthrough. */
  readonly image: string;
  /** What the picture shows, for those who do not see it. */
  readonly alt: string;
  /** Commands after which the step counts as done. */
  readonly done: readonly string[];
}

const steps: readonly Step[] = [
  {
    id: "open",
    title: "Open a series",
    text:
      "A mailbox, a mail, format-patch output, a Patchwork page, or a link to lore becomes a tree: series, revisions, patches, files, threads.\n" +
      "[Open Sample Series](command:lifeline.openSample)\n" +
      "The sample is a real review: *vfio: Use cdev_device_add() instead of device_create()*, from October 2021.",
    image: "tree.png",
    alt: "The Patch Series view with the sample: the revision, the patch, its file, and the thread about a helper",
    done: ["lifeline.openSample", "lifeline.open", "lifeline.openFile", "lifeline.openClipboard", "lifeline.openLore"],
  },
  {
    id: "read",
    title: "Read the discussion on its lines",
    text:
      "The editor's own diff opens, before | after, under true line numbers. Replies stand on the lines that they quote, also answers to answers.\n" +
      "[Go to the next thread](command:lifeline.nextThread)",
    image: "thread.png",
    alt: "A diff with a comment thread of three reviewers below line 480",
    done: ["lifeline.nextThread", "lifeline.openFileDiff", "lifeline.openThread", "lifeline.openAllChanges"],
  },
  {
    id: "lifecycle",
    title: "See how the object lives and dies",
    text:
      "States and transitions of one struct, before and after the patch, read from its C. Point at an arrow to see where it comes from; click it to go to the line.\n" +
      "[View Lifecycle Diagram](command:lifeline.viewLifecycle)",
    image: "lifecycle.png",
    alt: "Two state diagrams of struct vfio_group side by side, with what is new and what is gone marked",
    done: ["lifeline.viewLifecycle"],
  },
  {
    id: "simulate",
    title: "Ask whether it can race",
    text:
      "The patch's own C runs in every interleaving of two CPUs. The code as it is has no violation; choose the what-if that takes the reference with " +
      "refcount_inc(), run again, and step through the schedule that goes wrong.\n" +
      "[Simulate…](command:lifeline.simulate)",
    image: "race.png",
    alt: "The schedule of two CPUs that ends in a warning: addition on 0; use-after-free",
    done: ["lifeline.simulate"],
  },
];

/** Strings of the manifest by key. */
export function walkthroughStrings(): Record<string, string> {
  const strings: Record<string, string> = {
    "walkthrough.title": "Review a patch series with Lifeline",
    "walkthrough.description": "From the mail to the race, on a series that was really reviewed.",
  };
  for (const step of steps) {
    strings[`walkthrough.${step.id}.title`] = step.title;
    strings[`walkthrough.${step.id}.text`] = step.text;
    strings[`walkthrough.${step.id}.alt`] = step.alt;
  }
  return strings;
}

/** The value of `contributes.walkthroughs`. */
export function walkthroughs(): readonly unknown[] {
  return [
    {
      id: "start",
      title: "%walkthrough.title%",
      description: "%walkthrough.description%",
      steps: steps.map((step) => ({
        id: step.id,
        title: `%walkthrough.${step.id}.title%`,
        description: `%walkthrough.${step.id}.text%`,
        media: { image: `media/walkthrough/${step.image}`, altText: `%walkthrough.${step.id}.alt%` },
        completionEvents: step.done.map((command) => `onCommand:${command}`),
      })),
    },
  ];
}
