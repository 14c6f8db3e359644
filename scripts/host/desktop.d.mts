// Types of desktop.mjs, for the edge tests.

export interface Desktop {
  readonly command: string;
  readonly program: string | null;
  readonly version: string | null;
}

export function hasDisplay(): boolean;
export function findDesktop(): Desktop | null;
export function desktopVersion(program: string): string | null;
