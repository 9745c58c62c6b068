/** The polynomial of CRC-32 as zlib and AWS use it, its bits reversed. */
const POLYNOMIAL = 0xed_b8_83_20;
const SLICES = 8;
const TABLE = new Int32Array(SLICES * 256);
for (let byte = 0; byte < 256; byte++) {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = (value & 1) === 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
  TABLE[byte] = value;
}
for (let at = 256; at < TABLE.length; at++) {
  const before = TABLE[at - 256] as number;
  TABLE[at] = (before >>> 8) ^ (TABLE[before & 255] as number);
}

/** Texts from this size on are for zlib, whose call alone takes as long as 70 bytes here. */
export const LONG_BYTES = 256;

/**
 * CRC-32 of `[from, to)` of the bytes, continued from that of what stands before them. Eight bytes at a time, by the tables of
 * Kounavis and Berry, "Novel Table Lookup-Based Algorithms for High-Performance CRC Generation".
 */
export function shortCrc32(bytes: Buffer, [from, to]: readonly [number, number], before: number): number {
  const table = TABLE;
  let crc = ~before;
  let at = from;
  for (; at + SLICES <= to; at += SLICES) {
    crc ^= (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
    crc ^= ((bytes[at + 2] as number) << 16) | ((bytes[at + 3] as number) << 24);
    crc =
      (table[1792 + (crc & 255)] as number) ^
      (table[1536 + ((crc >>> 8) & 255)] as number) ^
      (table[1280 + ((crc >>> 16) & 255)] as number) ^
      (table[1024 + (crc >>> 24)] as number) ^
      (table[768 + (bytes[at + 4] as number)] as number) ^
      (table[512 + (bytes[at + 5] as number)] as number) ^
      (table[256 + (bytes[at + 6] as number)] as number) ^
      (table[bytes[at + 7] as number] as number);
  }
  for (; at < to; at++) crc = (crc >>> 8) ^ (table[(crc ^ (bytes[at] as number)) & 255] as number);
  return ~crc >>> 0;
}
