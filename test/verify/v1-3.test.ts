// Spin on every scenario of v1 3/5.
import { spinVersion } from "../../src/worker/spin.js";
import { verifyPatch } from "./series.js";

verifyPatch(1, 3, await spinVersion());
