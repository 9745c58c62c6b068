export { childrenOf, isProcessAlive, residentBytes } from './processes.js';
export { StoppableServer } from './stoppable-server.js';
export { createTestDatabase, type TestDatabase } from './test-database.js';
