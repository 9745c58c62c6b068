/**
 * One embedded Postgres for the whole test run; suites make their own databases on it (`createTestDatabase`).
 * Plain Node runs this file, so it takes what is built.
 */
export default async function setUp() {
  globalThis.tollgateTestServer = await (await testServer()).startTestServer();
}

async function testServer() {
  try {
    return await import('@tollgate/testing/test-server');
  } catch (error) {
    throw new Error('the test server is not built: run "npm run build" first', { cause: error });
  }
}
