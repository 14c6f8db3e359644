// The Lifeline output channel, and a short memory of what went there.
import * as vscode from "vscode";

export interface LogEntry {
  readonly level: "info" | "warning" | "error";
  readonly text: string;
}

/** Older entries are only in the channel itself. */
const remembered = 500;

export class Log implements vscode.Disposable {
  private readonly channel = vscode.window.createOutputChannel("Lifeline", { log: true });
  private entries: LogEntry[] = [];

  /** The last entries, oldest first. */
  get recent(): readonly LogEntry[] {
    return this.entries;
  }

  info(text: string): void {
    this.keep({ level: "info", text });
    this.channel.info(text);
  }

  warning(text: string): void {
    this.keep({ level: "warning", text });
    this.channel.warn(text);
  }

  error(text: string): void {
    this.keep({ level: "error", text });
    this.channel.error(text);
  }

  show(): void {
    this.channel.show();
  }

  dispose(): void {
    this.channel.dispose();
  }

  private keep(entry: LogEntry): void {
    this.entries.push(entry);
    if (this.entries.length > remembered) this.entries = this.entries.slice(-remembered);
  }
}
