#!/usr/bin/env node
import { readCommand, USAGE, type Command } from './command-line.js';
import { createKeyByCommand, createTokenByCommand } from './commands/create-secrets.js';
import { startInstallation } from './start/start-installation.js';
import { startUpMessage } from './start-up-error.js';

async function run(command: Command): Promise<void> {
  switch (command.kind) {
    case 'start':
      return startInstallation(command);
    case 'create-token':
      process.stdout.write(`${await createTokenByCommand(command)}\n`);
      return;
    case 'create-key':
      process.stdout.write(`${await createKeyByCommand(command)}\n`);
      return;
    case 'help':
      process.stdout.write(USAGE);
  }
}

try {
  await run(readCommand(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`tollgate: ${startUpMessage(error)}\n`);
  process.exitCode = 1;
}
