// What core needs from Node: gunzip with a limit, and SHA-1.
import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import type { Platform } from "../core/platform.js";

export const nodePlatform: Platform = {
  gunzip(bytes, limit) {
    try {
      return gunzipSync(bytes, { maxOutputLength: limit });
    } catch {
      // Not gzip, damaged, or longer than the limit: the reader says so.
      return undefined;
    }
  },
  sha1(bytes) {
    return createHash("sha1").update(bytes).digest();
  },
};
