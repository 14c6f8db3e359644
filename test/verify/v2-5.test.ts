// Spin on every scenario of v2 5/5.
import { spinVersion } from "../../src/worker/spin.js";
import { verifyPatch } from "./series.js";

verifyPatch(2, 5, await spinVersion());
