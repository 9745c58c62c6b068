import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { checkBooks, checkSpent, untilBooked } from './books.js';
import { FakeOpenAi, slowly } from './fake-openai.js';
import { RunningProduct, until } from './running-product.js';
import { send, type Sent } from './traffic.js';

const RUNNING = 6;
const REFUSED_IN_A_ROW = 5;
const DISK_BYTES = 2 * 1024 * 1024;
/** Between two frames of the provider: running requests outlast what is looked at meanwhile. */
const MODERATE_PAUSE_MS = 250;
const LONG_PAUSE_MS = 1_500;

/** A way to take the journal's space away, and to give it back. */
interface Shortage {
  readonly name: string;
  readonly isPossible: boolean;
  prepare(directory: string): Promise<void>;
  begin(product: RunningProduct): Promise<void>;
  end(product: RunningProduct): Promise<void>;
  cleanUp(directory: string): void;
}

const journalOf = (directory: string): string => path.join(directory, 'journal');
const fillerOf = (product: RunningProduct): string => path.join(journalOf(product.directory), '.filler');

function succeeds(program: string, ...args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A disk of its own under the journal, which is filled to the last byte: ENOSPC. Needs root, and leave to mount. */
const fullDisk: Shortage = {
  name: 'a full disk',
  isPossible: succeeds('unshare', '--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'),
  prepare: (directory) => {
    mkdirSync(journalOf(directory));
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'tmpfs', journalOf(directory)]);
    return Promise.resolve();
  },
  begin: (product) => {
    for (let bytes = DISK_BYTES; bytes >= 1; bytes = Math.floor(bytes / 2)) {
      while (appends(fillerOf(product), bytes));
    }
    return Promise.resolve();
  },
  end: (product) => Promise.resolve(rmSync(fillerOf(product))),
  cleanUp: (directory) => void execFileSync('umount', ['--lazy', journalOf(directory)]),
};

/** No file of the gateway may grow any more: EFBIG. Works for everybody. */
const fileSizeLimit: Shortage = {
  name: 'a limit on the size of files',
  isPossible: succeeds('prlimit', '--version'),
  prepare: () => Promise.resolve(),
  begin: async (product) => limitFiles(product, String(largestSegment(product.directory))),
  end: (product) => limitFiles(product, 'unlimited'),
  cleanUp: () => undefined,
};

function appends(file: string, bytes: number): boolean {
  try {
    writeFileSync(file, Buffer.alloc(bytes, 'x'), { flag: 'a' });
    return true;
  } catch {
    return false;
  }
}

async function limitFiles(product: RunningProduct, bytes: string): Promise<void> {
  execFileSync('prlimit', ['--pid', String(await product.childPid('gateway')), `--fsize=${bytes}:`]);
}

function largestSegment(directory: string): number {
  const files = readdirSync(journalOf(directory), { recursive: true, encoding: 'utf8' });
  const segments = files.filter((file) => file.endsWith('.segment'));
  return Math.max(...segments.map((file) => statSync(path.join(journalOf(directory), file)).size));
}

describe.each([fullDisk, fileSizeLimit])('the journal meets $name', (shortage) => {
  const possible = shortage.isPossible ? test : test.skip;
  let product: RunningProduct;
  let provider: FakeOpenAi;
  const sent: Sent[] = [];

  beforeAll(async () => {
    if (!shortage.isPossible) {
      process.stderr.write(`journal-disk: skipped, ${shortage.name} cannot be had on this machine\n`);
      return;
    }
    provider = await FakeOpenAi.start();
    product = await RunningProduct.start({
      prepare: (directory) => shortage.prepare(directory),
      environment: { OPENAI_API_KEY: provider.apiKey, OPENAI_BASE_URL: provider.baseUrl },
    });
  }, 90_000);

  afterAll(async () => {
    if (!shortage.isPossible) return;
    await product.end();
    shortage.cleanUp(product.directory);
    await product.stop();
    await provider.stop();
  }, 60_000);

  const dispatched = (): string[] => provider.requests.map(({ json }) => String(json['user']));

  async function ask(stream = false): Promise<Sent> {
    const answer = await send(product, { model: 'gpt-4o-mini', stream });
    sent.push(answer);
    return answer;
  }

  /** Requests that are with the provider, and will be for a while. */
  async function runningRequests(pauseMs: number): Promise<{ readonly all: Promise<Sent[]> }> {
    provider.scriptAlways(slowly(pauseMs));
    const before = provider.requests.length;
    const all = Promise.all(Array.from({ length: RUNNING }, (_, index) => ask(index % 2 === 0)));
    await until(
      () => Promise.resolve(provider.requests.length >= before + RUNNING),
      () => 'the provider has not been asked',
    );
    provider.scriptAlways(null);
    return { all };
  }

  async function journalState(): Promise<{ check: string; failing: string; notWritten: string }> {
    const ready = (await (await fetch(`${product.origin}/health/ready`)).json()) as { checks: { journal: string } };
    const metrics = await (await fetch(`${product.origin}/metrics`)).text();
    const metric = (name: string): string => new RegExp(`^${name} (.*)$`, 'm').exec(metrics)?.[1] ?? 'missing';
    return {
      check: ready.checks.journal,
      failing: metric('tollgate_journal_failing'),
      notWritten: metric('tollgate_events_not_written_total'),
    };
  }

  /**
   * A few records still fit into the last page that the journal has, and the forwarder's file of a page comes and goes:
   * it is over when several requests in a row are refused.
   */
  async function runOutOfSpace(): Promise<void> {
    let inARow = 0;
    await until(
      async () => {
        await shortage.begin(product);
        inARow = (await ask()).status === 503 ? inARow + 1 : 0;
        return inARow >= REFUSED_IN_A_ROW;
      },
      () => 'requests are served although they cannot be recorded',
    );
  }

  async function untilServing(): Promise<void> {
    await until(
      async () => (await ask()).complete,
      () => `no request is served again: ${product.log.slice(-3000)}`,
    );
  }

  async function checkEverything(): Promise<void> {
    await untilBooked(product, sent, dispatched());
    await checkBooks(product, sent, dispatched());
    await checkSpent(product);
  }

  possible(
    'new requests are refused, running ones end, and everything is booked when there is space again',
    async () => {
      expect((await ask()).complete).toBe(true);
      const running = await runningRequests(MODERATE_PAUSE_MS);
      await runOutOfSpace();
      const asked = provider.requests.length;
      for (const stream of [false, true]) {
        const refused = await ask(stream);
        expect([refused.status, refused.text]).toEqual([503, expect.stringContaining('gateway_journal_unavailable')]);
      }
      expect(await journalState()).toEqual({
        check: 'cannot be written: requests are refused',
        failing: '1',
        notWritten: '0',
      });
      expect(product.log).toContain('the journal cannot be written: new requests are refused');
      // what a provider serves already is served to its end; the event waits in memory
      expect((await running.all).filter((each) => !each.complete)).toEqual([]);
      expect(provider.requests).toHaveLength(asked);
      await shortage.end(product);
      await untilServing();
      await checkEverything();
      expect(await journalState()).toEqual({ check: 'ok', failing: '0', notWritten: '0' });
    },
    90_000,
  );

  possible(
    'a gateway that is killed in the middle of it leaves nothing unaccounted for',
    async () => {
      const running = await runningRequests(LONG_PAUSE_MS);
      const before = sent.length;
      await runOutOfSpace();
      const gateway = await product.childPid('gateway');
      process.kill(gateway, 'SIGKILL');
      const cut = await running.all;
      expect(cut.filter((each) => each.complete)).toEqual([]);
      await until(
        () => Promise.resolve(product.log.includes('the gateway ended (SIGKILL)')),
        () => 'the launcher has not noticed',
      );
      // what the dead one has written is forwarded first, which makes room for the next one's journal
      await until(
        async () => (await product.childPid('gateway').catch(() => gateway)) !== gateway,
        () => 'the gateway does not come back',
      );
      await product.untilReady();
      await shortage.end(product);
      // an event that waited in memory died with the gateway: its intent is booked as a crash, estimated, and flagged
      for (const [index, each] of sent.entries()) if (index >= before) sent[index] = { ...each, complete: false };
      await untilServing();
      await checkEverything();
    },
    90_000,
  );

  possible(
    'a gateway that is stopped in the middle of it says how many events it loses',
    async () => {
      const running = await runningRequests(MODERATE_PAUSE_MS);
      await runOutOfSpace();
      expect((await running.all).filter((each) => !each.complete)).toEqual([]);
      await product.end();
      const [, lost] = /"lost":(\d+).*usage events that the journal could not take are lost/.exec(product.log) ?? [];
      expect(Number(lost)).toBeGreaterThan(0);
    },
    90_000,
  );
});
