import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

import { scanFrames } from './frame.js';

const SEGMENT_NAME = /^(\d{12})\.segment$/;

/** Segments are numbered from 1; the name sorts like the number. */
export function segmentPath(directory: string, number: number): string {
  return path.join(directory, `${String(number).padStart(12, '0')}.segment`);
}

/** Where a segment is kept that could not be read completely: a person may want to look at it. */
export function damagedSegmentPath(directory: string, number: number): string {
  return `${segmentPath(directory, number)}.damaged`;
}

export function isDamagedSegment(name: string): boolean {
  return name.endsWith('.segment.damaged');
}

/** The numbers of the segments in a journal's directory, ascending. */
export async function listSegments(directory: string): Promise<number[]> {
  const numbers = (await readdir(directory)).map((name) => Number(SEGMENT_NAME.exec(name)?.[1] ?? 0));
  return numbers.filter((number) => number > 0).sort((a, b) => a - b);
}

export interface Segment {
  readonly records: readonly SegmentRecord[];
  /** Bytes that belong to no record: a torn tail, or damage. */
  readonly damagedBytes: number;
}

export interface SegmentRecord {
  /** The record's text in UTF-8. */
  readonly bytes: Buffer;
  /** Where the record ends in the file. */
  readonly end: number;
}

/** Reads a segment that nobody writes any more. What is torn or damaged is skipped and counted. */
export async function readSegment(file: string): Promise<Segment> {
  const { records, damaged } = scanFrames(await readFile(file), true);
  return { records, damagedBytes: damaged };
}
