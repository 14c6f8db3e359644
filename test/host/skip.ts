// Skipping a host test with a reason that the summary of the whole run shows.

/** The property of a skipped test that holds its reason; the tests are bundled one by one, so only the test itself is shared. */
const key = "skipReason";

/** Ends the running test as skipped. Call it as `skipTest(this, "why")` from a `function` test or hook. */
export function skipTest(context: Mocha.Context, reason: string): never {
  if (context.test) Object.assign(context.test, { [key]: reason });
  return context.skip();
}

/** Why a test was skipped; null when it did not say. */
export function skipReason(test: Mocha.Test): string | null {
  const reason: unknown = Object.entries(test).find(([name]) => name === key)?.[1];
  return typeof reason === "string" ? reason : null;
}
