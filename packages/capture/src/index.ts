export * from "./files.ts";
export { captureOfStream, type OpenOptions, openCapture } from "./open.ts";
export { isPacked } from "./packed.ts";
export { readBytes } from "./read-bytes.ts";
