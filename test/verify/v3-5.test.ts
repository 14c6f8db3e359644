// Spin on every scenario of v3 5/5.
import { spinVersion } from "../../src/worker/spin.js";
import { verifyPatch } from "./series.js";

verifyPatch(3, 5, await spinVersion());
