// A wish to stop, as the channel understands it.
import type { Cancellation } from "../protocol/channel.js";

export class CancelSource implements Cancellation {
  private wished = false;
  private readonly listeners = new Set<() => void>();

  get cancelled(): boolean {
    return this.wished;
  }

  onCancel(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  cancel(): void {
    if (this.wished) return;
    this.wished = true;
    for (const listener of [...this.listeners]) listener();
    this.listeners.clear();
  }

  dispose(): void {
    this.cancel();
  }
}
