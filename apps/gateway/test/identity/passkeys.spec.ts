import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { chromium, type Browser as Chromium, type CDPSession, type Page } from 'playwright-core';
import { RunningProduct } from '../running-product.js';

const EXECUTABLE = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const OWNER = { name: 'Ada', email: 'ada@example.com', password: 'correct horse battery staple' };

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown> | null;
}

/** A request of the page's own. */
const call = (page: Page, path: string, body?: object): Promise<Answer> =>
  page.evaluate(
    async ([address, sent]) => {
      const init =
        sent === null
          ? {}
          : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(sent) };
      const response = await fetch(String(address), init);
      const text = await response.text();
      return { status: response.status, body: text === '' ? null : (JSON.parse(text) as Record<string, unknown>) };
    },
    [path, body ?? null] as const,
  );

/** What the page does with the browser's own authenticators; as text, since this side knows no browser's names. */
const createCredential = (page: Page, options: object): Promise<Record<string, unknown>> =>
  page.evaluate(`navigator.credentials
    .create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(${JSON.stringify(options)}) })
    .then((credential) => credential.toJSON())`);

const useCredential = (page: Page, options: object): Promise<Record<string, unknown>> =>
  page.evaluate(`navigator.credentials
    .get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(${JSON.stringify(options)}) })
    .then((credential) => credential.toJSON())`);

const describeWithBrowser = existsSync(EXECUTABLE) ? describe : describe.skip;

describeWithBrowser('a passkey, in a browser with an authenticator', () => {
  let product: RunningProduct;
  let browser: Chromium;
  let page: Page;
  let authenticator: { readonly session: CDPSession; readonly authenticatorId: string };

  beforeAll(async () => {
    product = await RunningProduct.start();
    browser = await chromium.launch({ executablePath: EXECUTABLE, args: ['--no-sandbox'] });
    page = await (await browser.newContext()).newPage();
    // passkeys are bound to a name: an address of digits has none
    await page.goto(`http://localhost:${product.port}/sign-in`);
    const session = await page.context().newCDPSession(page);
    await session.send('WebAuthn.enable');
    const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    authenticator = { session, authenticatorId };
    const done = await call(page, '/api/v1/setup/completions', { token: product.setupToken, ...OWNER });
    expect(done.status).toBe(201);
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await product.stop();
  });

  const signOut = async (): Promise<void> => {
    expect((await call(page, '/api/auth/sign-out', {})).status).toBe(200);
    expect((await call(page, '/api/v1/me')).status).toBe(401);
  };

  async function signInByPasskey(): Promise<Answer> {
    const begun = await call(page, '/api/auth/passkey/generate-authenticate-options');
    expect(begun.status).toBe(200);
    const response = await useCredential(page, begun.body ?? {});
    return call(page, '/api/auth/passkey/verify-authentication', { response });
  }

  test('is added, signs in without a password, and is removed', async () => {
    const begun = await call(page, '/api/auth/passkey/generate-register-options');
    expect(begun).toMatchObject({ status: 200, body: { rp: { id: 'localhost', name: 'Tollgate' } } });
    const response = await createCredential(page, begun.body ?? {});
    const added = await call(page, '/api/auth/passkey/verify-registration', { response, name: 'Laptop' });
    expect(added).toMatchObject({ status: 200, body: { name: 'Laptop' } });
    const again = await call(page, '/api/auth/passkey/verify-registration', { response, name: 'Laptop' });
    expect(again.status).toBe(400);
    await signOut();

    const signedIn = await signInByPasskey();
    expect(signedIn).toMatchObject({ status: 200, body: { user: { email: OWNER.email } } });
    expect(JSON.stringify(signedIn.body)).not.toContain('"token"');
    expect(await call(page, '/api/v1/me')).toMatchObject({ status: 200, body: { operator: true } });

    const list = (await call(page, '/api/auth/passkey/list-user-passkeys')).body as unknown as { id: string }[];
    expect(list).toMatchObject([{ name: 'Laptop' }]);
    const removed = await call(page, '/api/auth/passkey/delete-passkey', { id: list[0]?.id });
    expect(removed.status).toBe(200);
    expect((await signInByPasskey()).status).toBe(401);
    const log = await call(page, `/api/v1/audit-log?resourceId=${await ownId()}`);
    const actions = (log.body?.['data'] as { action: string }[]).map(({ action }) => action);
    expect(actions).toEqual(expect.arrayContaining(['console-user.passkey-added', 'console-user.passkey-removed']));
  });

  const ownId = async (): Promise<string> => ((await call(page, '/api/v1/me')).body?.['user'] as { id: string }).id;

  test('needs its owner, not only the device', async () => {
    const { session, authenticatorId } = authenticator;
    await session.send('WebAuthn.clearCredentials', { authenticatorId });
    const begun = await call(page, '/api/auth/passkey/generate-register-options');
    const response = await createCredential(page, begun.body ?? {});
    await call(page, '/api/auth/passkey/verify-registration', { response, name: 'Phone' });
    await signOut();
    await session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
    const options = (await call(page, '/api/auth/passkey/generate-authenticate-options')).body ?? {};
    const unlocked = await useCredential(page, { ...options, userVerification: 'discouraged' });
    const refused = await call(page, '/api/auth/passkey/verify-authentication', { response: unlocked });
    expect(refused).toMatchObject({ status: 401, body: { code: 'USER_NOT_VERIFIED' } });
    expect((await call(page, '/api/v1/me')).status).toBe(401);
    await session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true });
    expect((await signInByPasskey()).status).toBe(200);
  });

  test('that is nonsense is refused as such', async () => {
    for (const path of ['generate-register-options', 'generate-authenticate-options']) {
      const check = path.replace('generate-register-options', 'verify-registration');
      const verify = check.replace('generate-authenticate-options', 'verify-authentication');
      for (const response of [{}, { id: 'x', rawId: 'x', type: 'public-key', response: { clientDataJSON: 'e30' } }]) {
        await call(page, `/api/auth/passkey/${path}`);
        const { status } = await call(page, `/api/auth/passkey/${verify}`, { response });
        expect([400, 401]).toContain(status);
      }
    }
  });

  test('is added by who has just signed in only', async () => {
    await product.pool.query(`UPDATE console_session SET created_at = now() - interval '11 minutes'`);
    const begun = await call(page, '/api/auth/passkey/generate-register-options');
    expect(begun).toMatchObject({ status: 403, body: { code: 'SESSION_NOT_FRESH' } });
  });
});
