// Types of chromium.mjs, for the UI tests.

export const chromiumArguments: readonly string[];
export function findChromium(log: (line: string) => void): string;
export function onPath(programs: readonly string[]): string | null;
