// The kernel's lifetime API: which call does what to which resource of which argument. Extending it is one line in one of the families.
import { BUS_ROWS } from "./api-buses.js";
import { CORE_ROWS } from "./api-core.js";
import { DATA_ROWS } from "./api-data.js";
import { DEVICE_ROWS } from "./api-devices.js";
import { DRIVER_ROWS } from "./api-drivers.js";
import { MEDIA_ROWS } from "./api-media.js";
import type { ApiRow } from "./api-row.js";

export type { ApiRow, Effect, Failure, ResourceKind } from "./api-row.js";
export { LOCK_CALLS, type LockCall } from "./api-locks.js";

/** Every row, for the tests and for the page that lists what is known. */
export const API_ROWS: readonly ApiRow[] = [...CORE_ROWS, ...DATA_ROWS, ...DEVICE_ROWS, ...BUS_ROWS, ...MEDIA_ROWS, ...DRIVER_ROWS];

/** Rows by the name of the call, in the order of the table. */
export const API: ReadonlyMap<string, readonly ApiRow[]> = group(API_ROWS);

function group(all: readonly ApiRow[]): Map<string, ApiRow[]> {
  const byCall = new Map<string, ApiRow[]>();
  for (const row of all) {
    const known = byCall.get(row.call);
    if (known === undefined) byCall.set(row.call, [row]);
    else known.push(row);
  }
  return byCall;
}
