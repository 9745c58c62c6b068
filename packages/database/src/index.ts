export { Database } from './database.js';
export type { DatabaseOptions } from './database.js';
export { deployMigrations, MigrationError } from './migrations.js';
export { Prisma } from './generated/client.js';
export * from './generated/enums.js';
export type { PrismaClient } from './generated/client.js';
