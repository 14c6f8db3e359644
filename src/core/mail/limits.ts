// Limits on mail input. Mail is hostile; each limit names the attack it stops. Going over one is a problem value, never an exception.

/** Inflated size of a gzipped input, in bytes: one megabyte of gzip can inflate to a gigabyte (a "zip bomb"). A year of a busy list is below it. */
export const MAX_INFLATED_BYTES = 256 * 1024 * 1024;

/** Mails in one input: a box of many empty mails costs far more memory as values than as bytes. */
export const MAX_MESSAGES = 50_000;

/** One mail, in bytes: base64 of a huge attachment is decoded several times over. vger refuses mails above 100 kB, most hosts above 25 MB. */
export const MAX_MESSAGE_BYTES = 32 * 1024 * 1024;

/** Header block of one mail, in bytes: unfolding and decoding are done on the whole block. Real ones stay below 64 kB. */
export const MAX_HEADER_BYTES = 512 * 1024;

/** Nesting of multiparts: each level costs a stack frame and a node; real mail stays below 6. */
export const MAX_MIME_DEPTH = 32;

/** Nesting of forwarded mails (message/rfc822) that are read inline; each level re-parses the whole rest. */
export const MAX_FORWARDED_DEPTH = 4;

/** Ids taken from References: a mail may name millions, and every one is looked up. Real threads stay below 200. */
export const MAX_REFERENCES = 1000;

/** Addresses taken from one To or Cc header; treewide series reach about 600. */
export const MAX_ADDRESSES = 2000;

/** Length of an id, in characters: RFC 5322 allows a line of 998. */
export const MAX_ID_LENGTH = 998;

/** Attached patches joined to the text of one mail: a thousand parts of one line each would be parsed again and again. */
export const MAX_ATTACHED_PATCHES = 100;

/** Comments on one Patchwork page; guessing parents compares each with all before it, so the cost grows with the square. */
export const MAX_PAGE_COMMENTS = 500;

/** Lines of one comment that are compared when a parent is guessed. */
export const MAX_COMPARED_LINES = 5000;
