// Types of server.mjs, for the UI tests.

export interface ServerOptions {
  readonly dataDir: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly token?: string;
  readonly log: (line: string) => void;
}

export interface WorkbenchUrlOptions {
  readonly folder?: string;
  readonly extensionDevelopmentPath?: string;
  readonly extensionTestsPath?: string;
}

export interface Server {
  readonly origin: string;
  readonly authority: string;
  readonly version: string;
  readonly ended: Promise<number>;
  workbenchUrl(options: WorkbenchUrlOptions): string;
  stop(): Promise<void>;
}

export function startServer(options: ServerOptions): Promise<Server>;

export function installPackage(options: { readonly dataDir: string; readonly file: string; readonly log: (line: string) => void }): Promise<void>;
