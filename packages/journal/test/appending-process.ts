/** Appends numbered records as fast as it can, and says on stdout up to which number they were acknowledged. */
import { writeSync } from 'node:fs';

import { Journal } from '@tollgate/journal';

const [directory = '', gatewayId = ''] = process.argv.slice(2);
const journal = await Journal.open({
  directory,
  gatewayId,
  segmentBytes: 64 * 1024,
  onFailure: (error) => {
    throw error;
  },
});

let number = 0;
const appendSome = (): void => {
  for (let i = 0; i < 20; i++) {
    const own = ++number;
    journal.append(JSON.stringify({ number: own, filler: 'x'.repeat(own % 700) }), (error) => {
      if (error !== null) throw error;
      if (own % 20 === 0) writeSync(1, `${own}\n`);
    });
  }
  setImmediate(appendSome);
};
appendSome();
