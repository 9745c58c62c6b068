import { describe, expect, it } from '@jest/globals';
import { createLogger } from './create-logger.js';

const CANARIES = {
  inferenceKey: 'tg_C4n4ryC4n4ryC4n4ryC4n4ryC4n4ryC4n4ryAB',
  managementToken: 'tgm_C4n4ryC4n4ryC4n4ryC4n4ryC4n4ryC4n4ryAB',
  providerKey: 'sk-proj-C4n4ry_C4n4ry-C4n4ry',
};

function logged(write: (log: ReturnType<typeof createLogger>) => void, logLevel = 'info'): string {
  const lines: string[] = [];
  write(createLogger({ logLevel }, { service: 'test', destination: { write: (line) => void lines.push(line) } }));
  return lines.join('');
}

describe('logger', () => {
  it('writes one JSON line with time, level and service', () => {
    const line = JSON.parse(logged((log) => log.warn({ port: 1 }, 'hello'))) as Record<string, unknown>;
    expect(line).toMatchObject({ level: 'warn', service: 'test', pid: process.pid, port: 1, msg: 'hello' });
    expect(line['time']).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
  });

  it('keeps to its level', () => {
    expect(logged((log) => log.info('quiet'), 'warn')).toBe('');
  });

  it.each(Object.entries(CANARIES))('lets no %s out, however it comes in', (_name, canary) => {
    const output = logged((log) => {
      log.info(`in the message ${canary}`);
      log.info({ headers: { authorization: `Bearer ${canary}`, cookie: `session=${canary}` } }, 'in headers');
      log.info({ rawHeaders: ['Authorization', canary] }, 'in a list');
      log.info({ a: { b: { c: { d: { e: canary } } } } }, 'deep');
      log.info({ [canary]: 1 }, 'as a name');
      log.info({ body: JSON.stringify({ apiKey: canary, text: `x\n${canary}` }) }, 'in quoted JSON');
      log.child({ key: canary }).info('in a child binding');
      log.error(new Error(`refused ${canary}`, { cause: new Error(canary) }), 'in an error');
      log.error({ err: Object.assign(new Error('x'), { config: { headers: { 'x-api-key': canary } } }) });
      log.info('formatted %s %o', canary, { canary });
    });
    expect(output).not.toContain('C4n4ry');
    for (const line of output.trim().split('\n')) JSON.parse(line);
  });
});
