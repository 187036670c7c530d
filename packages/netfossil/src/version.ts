import { readFileSync } from "node:fs";

const { version: own } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

/** The version in this package's package.json, which lies beside both src and dist. */
export const version: string = own;
