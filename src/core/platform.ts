// What core needs from its host but may not reach for itself.

/** Handed to core by each edge (Node, a browser). Pure functions on bytes. */
export interface Platform {
  /**
   * The inflated bytes of a gzip member sequence, or undefined when the input is not gzip or is damaged, or when the
   * result would be longer than `limit` bytes (a few kilobytes of gzip can inflate to gigabytes).
   */
  gunzip(bytes: Uint8Array, limit: number): Uint8Array | undefined;
  /** SHA-1 as 20 bytes; git's blob ids are SHA-1 over a header and the content. */
  sha1(bytes: Uint8Array): Uint8Array;
}
