// Types of install.mjs, for the UI tests.

export const serverPackage: string;
export function installServer(log: (line: string) => void): Promise<string>;
export function serverVersion(server: string): Promise<string>;
