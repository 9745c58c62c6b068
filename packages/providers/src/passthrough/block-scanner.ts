import { BLOCK_SCANNER_WASM } from './block-scanner-wasm.js';

/** What the compiled module exports; Node's own typings leave the global `WebAssembly` out. */
interface BlockScannerExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly skipNested: (at: number, end: number) => number;
  readonly skipString: (at: number, end: number) => number;
}
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: BlockScannerExports };
};

const { memory, skipNested, skipString } = new WebAssembly.Instance(
  new WebAssembly.Module(Buffer.from(BLOCK_SCANNER_WASM, 'base64')),
).exports;
const bytes = Buffer.from(memory.buffer);
const BLOCK_BYTES = 64;

/** The module's memory never grows: a longer text takes the byte loops of the caller. */
const MAX_BLOCK_TEXT_BYTES = bytes.length - BLOCK_BYTES;

/** Skips values of one text in the module's memory. One instance serves all: a scan is synchronous. */
export const blockScanner = {
  /** Copies the text in; `false` when it does not fit. Offsets of the other two are relative to `start`. */
  load(text: Buffer, start: number, end: number): boolean {
    const length = end - start;
    if (length > MAX_BLOCK_TEXT_BYTES) return false;
    text.copy(bytes, 0, start, end);
    bytes.fill(0, length, length + BLOCK_BYTES);
    return true;
  },
  /** Offset behind the bracket that closes the one at `at`, or -1. */
  skipNested,
  /** Offset of the quote that ends the string whose first character is at `at`, or -1. */
  skipString,
};
