// What ends the program with status 2: bad input or bad usage, each one clear line.

/** Its message is the line that goes to standard error, without the program's name. */
export class UsageError extends Error {}
