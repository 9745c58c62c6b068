import { describe, expect, it } from '@jest/globals';
import { readCommand } from './command-line.js';

describe('readCommand', () => {
  it.each([
    [[], { kind: 'start', quiet: false }],
    [['start', '--quiet'], { kind: 'start', quiet: true }],
    [['--help'], { kind: 'help' }],
    [['help'], { kind: 'help' }],
    [['audit'], { kind: 'audit', extent: 'full' }],
    [['audit', '--recent'], { kind: 'audit', extent: 'recent' }],
    [['tokens', 'create', '--name', 'ci'], { kind: 'create-token', name: 'ci', organizationId: null }],
    [
      ['tokens', 'create', '--name=ci', '--organization', 'org_1'],
      { kind: 'create-token', name: 'ci', organizationId: 'org_1' },
    ],
    [['keys', 'create', '--name', 'k'], { kind: 'create-key', name: 'k', projectId: null, models: ['*'] }],
    [
      ['keys', 'create', '--name', 'k', '--project', 'proj_1', '--models', 'gpt-4o*, sandbox/*'],
      { kind: 'create-key', name: 'k', projectId: 'proj_1', models: ['gpt-4o*', 'sandbox/*'] },
    ],
  ])('%j', (args, command) => {
    expect(readCommand(args)).toEqual(command);
  });

  it.each([
    [['stop'], /there is no command "stop"/],
    [['tokens', 'create'], /--name is missing/],
    [['tokens', 'create', '--name', ' '], /--name is missing/],
    [['keys', 'create', '--name', 'k', '--models', 'a,,b'], /--models is a comma-separated list/],
    [['audit', '--quiet'], /--quiet does not belong/],
    [['start', '--name', 'k'], /--name does not belong/],
    [['--port', '1'], /Unknown option '--port'/],
  ])('refuses %j', (args, message) => {
    expect(() => readCommand(args)).toThrow(message);
  });
});
