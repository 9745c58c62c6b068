import type { EditableSpans, FieldSpan, MaxOutputField, ScannedRequest } from './scanned-request.js';

/**
 * A request body in memory that belongs to it alone while the request runs: all of `memory` may be written to. Room in
 * front of `start` (512 bytes are enough) or behind `end` saves the copy of a long body.
 */
export interface SlabBody {
  readonly memory: Buffer;
  readonly start: number;
  readonly end: number;
}

/** The only changes that are ever made to a client's body on its way to a provider of the same dialect. */
export interface RequestEdits {
  readonly model: string;
  /** Makes the upstream report usage at the end of a stream, whether the client asked for it or not. */
  readonly forceUsage: boolean;
  /** Sets the output cap under the name that the upstream model takes. */
  readonly maxOutput: { readonly field: MaxOutputField; readonly value: number } | null;
}

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Longer stretches around the edits are not moved within the slab: the whole body is copied instead. */
const MAX_MOVED_BYTES = 8192;

/** The stretch of each scanned body that edits may change, as the client sent it; a retry starts from it again. */
const originals = new WeakMap<ScannedRequest, Buffer>();

/**
 * The bytes to send upstream: the client's own, with the edits applied. Either the few bytes before the last editable
 * field are rewritten so that they end where the untouched rest begins, or the few from the first one on. May be called
 * again with other edits; each result is valid until the next call.
 */
export function spliceRequest(body: SlabBody, scanned: ScannedRequest, edits: RequestEdits): Buffer {
  const { memory, start, end } = body;
  const { first, last } = editableRange(scanned.spans);
  const head = last - start <= end - first;
  const from = head ? start : first;
  const to = head ? last : end;
  const list = editsOf(scanned, edits);
  if (list.length === 0 && !originals.has(scanned)) return memory.subarray(start, end);
  let growth = 0;
  for (const edit of list) growth += Buffer.byteLength(edit.text) - (edit.to - edit.from);

  const original = originals.get(scanned) ?? memory.subarray(from, to);
  const fits = head ? start - growth >= 0 : end + growth <= memory.length;
  if (to - from > MAX_MOVED_BYTES || !fits) {
    const copy = Buffer.allocUnsafeSlow(end - start + growth);
    const moved = memory.copy(copy, 0, start, from);
    const behind = write(copy, moved, { original, origin: from, edits: list });
    memory.copy(copy, behind, to, end);
    return copy;
  }
  const saved = originals.get(scanned) ?? Buffer.from(original);
  originals.set(scanned, saved);
  const target = head ? start - growth : first;
  write(memory, target, { original: saved, origin: from, edits: list });
  return head ? memory.subarray(target, end) : memory.subarray(start, end + growth);
}

/** Puts the client's own bytes back, for whoever reads the body once more after an attempt has spliced it. */
export function restoreRequest({ memory, start, end }: SlabBody, scanned: ScannedRequest): void {
  const { first, last } = editableRange(scanned.spans);
  originals.get(scanned)?.copy(memory, last - start <= end - first ? start : first);
}

interface Stretch {
  readonly original: Buffer;
  /** Offset in the body at which `original` stood. */
  readonly origin: number;
  /** In the order of their offsets. */
  readonly edits: readonly Edit[];
}

/** Writes the stretch with its edits at `at`; returns the offset behind it. */
function write(target: Buffer, at: number, { original, origin, edits }: Stretch): number {
  let done = 0;
  for (const edit of edits) {
    at += original.copy(target, at, done, edit.from - origin);
    at += target.write(edit.text, at);
    done = edit.to - origin;
  }
  return at + original.copy(target, at, done);
}

/** From the first to the last place that an edit may touch. */
function editableRange({ model, stream_options: options, caps, behind, capPlace }: EditableSpans): {
  first: number;
  last: number;
} {
  let first = behind;
  let last = behind;
  const reach = (from: number, to: number): void => {
    if (from < first) first = from;
    if (to > last) last = to;
  };
  if (model !== null) reach(model.keyStart, model.end);
  if (options !== null) reach(options.keyStart, options.end);
  for (const name in caps) {
    const span = caps[name as MaxOutputField];
    if (span !== undefined) reach(span.keyStart, span.end);
  }
  if (capPlace !== null) reach(capPlace.at, capPlace.at);
  return { first, last };
}

function editsOf(scanned: ScannedRequest, edits: RequestEdits): Edit[] {
  const { model, stream_options: streamOptions, behind } = scanned.spans;
  const list: Edit[] = [];
  let inserted = '';
  if (model !== null && edits.model !== scanned.model) list.push(replace(model, JSON.stringify(edits.model)));
  if (edits.forceUsage && scanned.stream) {
    const value = JSON.stringify({ ...scanned.otherStreamOptions, include_usage: true });
    if (streamOptions === null) inserted += `,"stream_options":${value}`;
    else list.push(replace(streamOptions, value));
  }
  if (edits.maxOutput !== null) inserted += capEdits(scanned.spans, edits.maxOutput, list);
  if (inserted !== '') list.push({ from: behind, to: behind, text: inserted });
  return list.sort((a, b) => a.from - b.from || a.to - b.to);
}

/** Adds what sets the cap; returns what has to be written as a new field at the top level. */
function capEdits(
  { caps, capPlace }: EditableSpans,
  { field, value }: NonNullable<RequestEdits['maxOutput']>,
  list: Edit[],
): string {
  const span = caps[field];
  let other: FieldSpan | undefined;
  for (const name in caps) if (name !== field) other = caps[name as MaxOutputField];
  if (span !== undefined) list.push(replace(span, String(value)));
  if (span !== undefined && other !== undefined) list.push(replace(other, 'null'));
  if (span !== undefined) return '';
  if (other !== undefined) {
    list.push({ from: other.keyStart, to: other.end, text: `"${field}":${value}` });
    return '';
  }
  if (capPlace === null) return `,"${field}":${value}`;
  const { at, before, after } = capPlace;
  list.push({ from: at, to: at, text: `${before}"${field}":${value}${after}` });
  return '';
}

function replace(span: FieldSpan, text: string): Edit {
  return { from: span.start, to: span.end, text };
}
