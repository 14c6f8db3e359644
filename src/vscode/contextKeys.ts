// Keys for when-clauses: each is set here and nowhere else, and only when its value changes.
import * as vscode from "vscode";

export class ContextKey<T extends string | number | boolean> {
  private current: T | undefined;

  constructor(private readonly key: string) {}

  get value(): T | undefined {
    return this.current;
  }

  set value(next: T | undefined) {
    if (next === this.current) return;
    this.current = next;
    void vscode.commands.executeCommand("setContext", this.key, next);
  }
}
