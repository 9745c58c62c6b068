import { describe, expect, it } from '@jest/globals';
import { readCommand } from './command-line.js';

describe('readCommand', () => {
  const days = { from: '2026-11-01', to: '2026-12-01' };
  it.each([
    [[], { kind: 'start', quiet: false, demo: null }],
    [['start', '--quiet'], { kind: 'start', quiet: true, demo: null }],
    [['--demo'], { kind: 'start', quiet: false, demo: { days: null } }],
    [['start', '--demo', '--days', '3'], { kind: 'start', quiet: false, demo: { days: 3 } }],
    [['--help'], { kind: 'help' }],
    [['help'], { kind: 'help' }],
    [['test-connection', 'openai'], { kind: 'test-connection', what: 'openai' }],
    [['test-connection', 'My key'], { kind: 'test-connection', what: 'My key' }],
    [['audit'], { kind: 'audit', extent: 'full' }],
    [['audit', '--recent'], { kind: 'audit', extent: 'recent' }],
    [['tokens', 'create', '--name', 'ci'], { kind: 'create-token', name: 'ci', organizationId: null }],
    [
      ['tokens', 'create', '--name=ci', '--organization', 'org_1'],
      { kind: 'create-token', name: 'ci', organizationId: 'org_1' },
    ],
    [['users', 'two-factor-off', '--email', 'a@b.c'], { kind: 'turn-off-two-factor', email: 'a@b.c' }],
    [['keys', 'create', '--name', 'k'], { kind: 'create-key', name: 'k', projectId: null, models: ['*'] }],
    [
      ['keys', 'create', '--name', 'k', '--project', 'proj_1', '--models', 'gpt-4o*, sandbox/*'],
      { kind: 'create-key', name: 'k', projectId: 'proj_1', models: ['gpt-4o*', 'sandbox/*'] },
    ],
    [
      ['usage', 'export', '--organization', 'org_1', '--from', '2026-11-01', '--to', '2026-12-01', '--zone', 'UTC'],
      { kind: 'export-usage', organizationId: 'org_1', ...days, period: null, zone: 'UTC', format: 'csv' },
    ],
    [
      ['usage', 'export', '--organization', 'org_1', '--period', '2026-11', '--format', 'jsonl'],
      {
        kind: 'export-usage',
        organizationId: 'org_1',
        from: null,
        to: null,
        period: '2026-11',
        zone: null,
        format: 'jsonl',
      },
    ],
    [['apply'], { kind: 'apply', file: 'tollgate.yaml', dryRun: false, url: null }],
    [
      ['apply', 'x.yaml', '--dry-run', '--url', 'https://llm.example.com/'],
      { kind: 'apply', file: 'x.yaml', dryRun: true, url: 'https://llm.example.com' },
    ],
  ])('%j', (args, command) => {
    expect(readCommand(args)).toEqual(command);
  });

  it.each([
    [['stop'], /there is no command "stop"/],
    [['test-connection'], /name a credential/],
    [['test-connection', 'My', 'key'], /one credential is tested at a time/],
    [['test-connection', 'openai', '--quiet'], /--quiet does not belong/],
    [['apply', 'a', 'b'], /one file is applied/],
    [['apply', '--url', 'example.com'], /--url is where/],
    [['apply', '--quiet'], /--quiet does not belong/],
    [['audit', '--dry-run'], /--dry-run does not belong/],
    [['tokens', 'create'], /--name is missing/],
    [['tokens', 'create', '--name', ' '], /--name is missing/],
    [['keys', 'create', '--name', 'k', '--models', 'a,,b'], /--models is a comma-separated list/],
    [['audit', '--quiet'], /--quiet does not belong/],
    [['start', '--name', 'k'], /--name does not belong/],
    [['usage', 'export', '--period', '2026-11'], /--organization is missing/],
    [['usage', 'export', '--organization', 'o', '--from', '2026-11-01'], /give --from and --to, or --period/],
    [['usage', 'export', '--organization', 'o', '--from', '2026-11-01', '--to', '2026-13-01'], /2026-13-01 is no day/],
    [['usage', 'export', '--organization', 'o', '--period', '2026-11', '--format', 'xlsx'], /--format is csv or jsonl/],
    [['--days', '2'], /--days belongs to --demo/],
    [['--demo', '--days', '2'], /--days is a number from 3 to 90/],
    [['audit', '--demo'], /--demo does not belong/],
    [['--port', '1'], /Unknown option '--port'/],
  ])('refuses %j', (args, message) => {
    expect(() => readCommand(args)).toThrow(message);
  });
});
