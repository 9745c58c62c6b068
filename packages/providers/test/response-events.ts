import { expect } from '@jest/globals';

export type ResponseEvent = Readonly<Record<string, unknown>> & { readonly type: string };

/** The events of a stream, each checked to be named as its data says. */
export function responseEvents(sse: string): readonly ResponseEvent[] {
  return sse
    .split('\n\n')
    .filter((frame) => frame !== '')
    .map((frame) => {
      const [, name, data] = /^event: (.*)\ndata: (.*)$/.exec(frame) ?? [];
      const event = JSON.parse(data ?? '') as ResponseEvent;
      expect(event.type).toBe(name);
      return event;
    });
}

/** How events have to follow each other: numbered, each item and content opened before it grows and closed once. */
export function expectOrder(events: readonly ResponseEvent[]): void {
  expect(events.map((event) => event['sequence_number'])).toEqual(events.map((_event, i) => i));
  expect(events.slice(0, 2).map(({ type }) => type)).toEqual(['response.created', 'response.in_progress']);
  expect(events.at(-1)?.type).toMatch(/^response\.(?:completed|incomplete)$/);
  const open = new Map<unknown, string>();
  const done: unknown[] = [];
  for (const event of events.slice(2, -1)) {
    const index = event['output_index'];
    const { id } = (event['item'] ?? {}) as { id?: string };
    if (event.type === 'response.output_item.added') {
      expect([event, open.has(index), done[index as number]]).toEqual([event, false, undefined]);
      open.set(index, id ?? '');
    } else if (event.type === 'response.output_item.done') {
      expect([event, open.get(index)]).toEqual([event, id]);
      open.delete(index);
      done[index as number] = event['item'];
    } else {
      expect([event, open.get(index)]).toEqual([event, event['item_id']]);
    }
  }
  expect(open.size).toBe(0);
  const last = events.at(-1)?.['response'] as { output: unknown; usage: unknown };
  expect(last.output).toEqual(done);
  expect(last.usage).toEqual(expect.anything());
}
