export default async function tearDown() {
  await globalThis.tollgateTestServer.stop();
}
