import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { type Listed, RunningList } from './running-list.js';

class Item implements Listed {
  position = -1;
}

function listed(list: RunningList<Item>): Set<Item> {
  const found = new Set<Item>();
  list.forEach((item) => found.add(item));
  return found;
}

describe('the list of what is running', () => {
  it('holds what a set would hold, whatever comes and goes', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9)), (touched) => {
        const items = Array.from({ length: 10 }, () => new Item());
        const list = new RunningList<Item>();
        const expected = new Set<Item>();
        for (const at of touched) {
          const item = items[at] as Item;
          if (expected.delete(item)) list.remove(item);
          else {
            expected.add(item);
            list.add(item);
          }
          expect(list.size).toBe(expected.size);
          expect(listed(list)).toEqual(expected);
        }
      }),
    );
  });

  it('does nothing for what it does not hold', () => {
    const list = new RunningList<Item>();
    const item = new Item();
    list.remove(item);
    list.add(item);
    list.remove(item);
    list.remove(item);
    expect(list.size).toBe(0);
  });

  it('visits each once while they remove themselves', () => {
    const list = new RunningList<Item>();
    const items = Array.from({ length: 5 }, () => new Item());
    for (const item of items) list.add(item);
    const visited: Item[] = [];
    list.forEach((item) => {
      visited.push(item);
      list.remove(item);
    });
    expect(new Set(visited)).toEqual(new Set(items));
    expect(visited).toHaveLength(5);
    expect(list.size).toBe(0);
  });
});
