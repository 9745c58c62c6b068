import { crc32 } from 'node:zlib';

/** One frame of an AWS event stream, as a server writes it. */
export function eventStreamFrame(headers: Readonly<Record<string, string>>, payload: string): Buffer {
  const written = Buffer.concat(
    Object.entries(headers).map(([name, value]) => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(Buffer.byteLength(value));
      return Buffer.concat([Buffer.of(name.length), Buffer.from(name), Buffer.of(7), length, Buffer.from(value)]);
    }),
  );
  const body = Buffer.from(payload);
  const frame = Buffer.alloc(12 + written.length + body.length + 4);
  frame.writeUInt32BE(frame.length, 0);
  frame.writeUInt32BE(written.length, 4);
  frame.writeUInt32BE(crc32(frame.subarray(0, 8)), 8);
  written.copy(frame, 12);
  body.copy(frame, 12 + written.length);
  frame.writeUInt32BE(crc32(frame.subarray(0, -4)), frame.length - 4);
  return frame;
}

export function converseEvent(type: string, event: object): Buffer {
  const headers = { ':event-type': type, ':content-type': 'application/json', ':message-type': 'event' };
  return eventStreamFrame(headers, JSON.stringify(event));
}

export function converseException(type: string, message: string): Buffer {
  const headers = { ':exception-type': type, ':content-type': 'application/json', ':message-type': 'exception' };
  return eventStreamFrame(headers, JSON.stringify({ message }));
}
