// Core in a worker thread: answers the extension's requests, one after the other.
import { parentPort, workerData } from "node:worker_threads";
import { Channel, type Packet } from "../protocol/channel.js";
import type { WorkerCalls } from "../protocol/messages.js";
import { Assets } from "./assets.js";
import { makeHandlers } from "./handlers.js";

const port = parentPort;
if (port === null) throw new Error("worker.js runs in a worker thread only");
// Given by the extension when it starts this worker (`src/vscode/engine.ts`).
const { folder } = workerData as { readonly folder: string };
const channel = new Channel<Record<never, never>, WorkerCalls>((packet) => port.postMessage(packet), makeHandlers(new Assets(folder)));
port.on("message", (packet: Packet) => channel.receive(packet));
