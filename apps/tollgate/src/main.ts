#!/usr/bin/env node
import { readCommand, USAGE, type Command } from './command-line.js';
import { applyFileByCommand } from './commands/apply-file.js';
import { auditBooksByCommand } from './commands/audit-books.js';
import { createKeyByCommand, createSetupLinkByCommand, createTokenByCommand } from './commands/create-secrets.js';
import { exportUsageByCommand } from './commands/export-usage.js';
import { testConnectionByCommand } from './commands/test-connection.js';
import { turnOffTwoFactorByCommand } from './commands/turn-off-two-factor.js';
import { startInstallation } from './start/start-installation.js';
import { StartUpError, startUpMessage } from './start-up-error.js';

const OLDEST_NODE = 24;

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
    case 'create-setup-link': {
      const { link, assumption } = await createSetupLinkByCommand(command);
      process.stdout.write(`${link}\n`);
      if (assumption !== null) process.stderr.write(`tollgate: ${assumption}\n`);
      return;
    }
    case 'turn-off-two-factor':
      process.stdout.write(`${await turnOffTwoFactorByCommand(command)}\n`);
      return;
    case 'test-connection': {
      const { text, ok } = await testConnectionByCommand(command);
      process.stdout.write(`${text}\n`);
      if (!ok) process.exitCode = 1;
      return;
    }
    case 'apply': {
      const { text, exitCode } = await applyFileByCommand(command);
      (exitCode === 1 ? process.stderr : process.stdout).write(`${text}\n`);
      process.exitCode = exitCode;
      return;
    }
    case 'audit': {
      const { text, agree } = await auditBooksByCommand(command.extent);
      process.stdout.write(`${text}\n`);
      if (!agree) process.exitCode = 1;
      return;
    }
    case 'export-usage':
      return exportUsageByCommand(command, process.stdout);
    case 'help':
      process.stdout.write(USAGE);
  }
}

/** `npm start` brings its own Node; a program that is started by hand may meet another one. */
function requireNode(): void {
  if (Number.parseInt(process.versions.node, 10) >= OLDEST_NODE) return;
  throw new StartUpError(
    `Node ${OLDEST_NODE} is needed, this is ${process.versions.node}: use npm start, which brings it`,
  );
}

try {
  requireNode();
  await run(readCommand(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`tollgate: ${startUpMessage(error)}\n`);
  process.exitCode = 1;
}
