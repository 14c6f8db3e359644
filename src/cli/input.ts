// Files, folders, standard input and threads of an archive to one mailbox.
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { countedBytes, joinMailboxes, readMailbox } from "../core/mail/read.js";
import type { LoreAddress } from "../core/lore.js";
import type { Mailbox, Message } from "../core/mail/types.js";
import { nodePlatform } from "../worker/platform.js";
import { UsageError } from "./errors.js";
import { fetchAddress, type FetchSettings, readAddress } from "./lore.js";
import { problemSentence } from "./problems.js";

/** Standard input, read only when `-` asks for it. */
export type ReadInput = () => Promise<Uint8Array>;

/**
 * Reads what the command line names: files, `-`, folders (their files, sorted), maildirs, and threads by their link or
 * Message-ID, which are fetched (a file of that name comes first). Throws a UsageError that
 * names the file when one cannot be read or is nothing that we know; in a folder, files of other kinds are passed over.
 */
export async function readInputs(names: readonly string[], readInput: ReadInput, settings: FetchSettings = {}): Promise<Input> {
  if (names.length === 0) throw new UsageError("no input: name a file, or - for standard input");
  const sources: Source[] = [];
  for (const name of names) {
    const address = await addressOf(name, settings);
    if (address !== null) sources.push(checkSource(name, await readSource(await fetchAddress(name, address, settings))));
    else if (name === "-") sources.push(checkSource("standard input", await readSource(await readInput())));
    else if (await isFolder(name)) sources.push(...(await readFolder(name)));
    else sources.push(checkSource(name, await readSource(await readBytes(name))));
  }
  const mailbox = joinMailboxes(sources.map((source) => source.mailbox));
  return { mailbox, raw: (mail) => rawOf(sources, mailbox.messages[mail]) };
}

/** What the command line names: its mails, and the bytes of each as they stand in its file (null for an index without a mail). */
export interface Input {
  readonly mailbox: Mailbox;
  raw(mail: number): Uint8Array | null;
}

interface Source {
  readonly mailbox: Mailbox;
  readonly bytes: Uint8Array;
}

async function readSource(bytes: Uint8Array): Promise<Source> {
  return { mailbox: await readMailbox(bytes, nodePlatform), bytes };
}

/** Joining mailboxes changes the places of mails, but not their ranges. */
function rawOf(sources: readonly Source[], message: Message | undefined): Uint8Array | null {
  if (message === undefined) return null;
  const { id, startByte, endByte, subject } = message;
  const source = sources.find(({ mailbox }) => mailbox.messages.some((one) => one.id === id && one.startByte === startByte && one.endByte === endByte && one.subject === subject));
  return (source && countedBytes(source.bytes, nodePlatform))?.subarray(startByte, endByte) ?? null;
}

/** The thread that a word means: every link, and a Message-ID unless there is a file of that name. Null for all that names a file. */
async function addressOf(name: string, settings: FetchSettings): Promise<LoreAddress | null> {
  if (name === "-" || (!/^[a-z][a-z0-9+.-]*:\/\//i.test(name) && (!isMessageId(name) || (await exists(name))))) return null;
  return readAddress(name, settings);
}

/** Bracketed, or bare without anything that only a file's name has: a folder, or the ending of one of our files. */
function isMessageId(name: string): boolean {
  return /^<[^<>\s]+@[^<>\s]+>$/.test(name) || (/^[^<>\s/\\]+@[^<>\s/\\]+$/.test(name) && !/\.(?:mbox|mbx|eml|patch|diff|txt|gz)$/i.test(name));
}

async function exists(name: string): Promise<boolean> {
  try {
    await stat(name);
    return true;
  } catch {
    return false;
  }
}

function checkSource(name: string, source: Source): Source {
  const { mailbox } = source;
  if (mailbox.messages.length > 0) return source;
  const problem = mailbox.problems.find((one) => one.severity === "error");
  throw new UsageError(`${name}: ${problem === undefined ? "no mail in it" : problemSentence(problem)}`);
}

async function readFolder(folder: string): Promise<Source[]> {
  const names = (await isFolder(join(folder, "cur"))) || (await isFolder(join(folder, "new"))) ? [...(await listFiles(join(folder, "cur"))), ...(await listFiles(join(folder, "new")))] : await listFiles(folder);
  const found: Source[] = [];
  for (const name of names) {
    const source = await readSource(await readBytes(name));
    if (source.mailbox.messages.length > 0) found.push(source);
  }
  if (found.length === 0) throw new UsageError(`${folder}: no mail or patch in this folder`);
  return found;
}

/** Plain files of a folder, sorted so that numbered patches are in order; hidden files are not input. */
async function listFiles(folder: string): Promise<string[]> {
  if (!(await isFolder(folder))) return [];
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
    .map((entry) => entry.name)
    .sort()
    .map((name) => join(folder, name));
}

async function isFolder(name: string): Promise<boolean> {
  try {
    return (await stat(name)).isDirectory();
  } catch {
    return false;
  }
}

async function readBytes(name: string): Promise<Uint8Array> {
  try {
    return await readFile(name);
  } catch (error) {
    throw new UsageError(`${name}: ${readingFailure(error)}`);
  }
}

function readingFailure(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT") return "no such file";
  if (code === "EACCES") return "no permission to read it";
  return error instanceof Error ? error.message : String(error);
}
