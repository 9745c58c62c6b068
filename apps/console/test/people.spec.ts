import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import OpenAI from 'openai';
import type { Page } from 'playwright-core';

import { FakeProvider } from './fake-provider.js';
import { IdentityProvider } from './identity-provider.js';
import { oneTimeCode } from './one-time-code.js';
import { act, railOf, Stage, type Person } from './stage.js';
import { CHROMIUM, type WatchedPage } from './watched-page.js';

const OPERATOR: Person = { name: 'Olga Operator', email: 'olga@example.com', password: 'the gate is mine to keep' };
const NEWCOMER: Person = { name: 'Nora Newcomer', email: 'nora@example.org', password: 'here for a minute only' };

/** The first load over the wire: what is fetched until the page stands. */
const MOST_BYTES = 400_000;
const MODEL = 'sandbox/echo';

(CHROMIUM === undefined ? describe.skip : describe)('accounts and settings in the console', () => {
  let provider: FakeProvider;
  let identity: IdentityProvider;
  let stage: Stage;
  let operator: WatchedPage;
  let password = OPERATOR.password;

  beforeAll(async () => {
    provider = await FakeProvider.start();
    identity = await IdentityProvider.start();
    stage = await Stage.set(provider.environment);
    operator = await stage.setUp(OPERATOR);
  }, 150_000);

  afterAll(async () => {
    await stage.strike();
    await provider.stop();
    await identity.stop();
  });

  const open = (address: string) => operator.page.goto(stage.address(address));

  test('the installation is opened for everybody, and mail is tried', async () => {
    const { page, complaints } = operator;
    await open('/settings?section=installation');
    await page.getByRole('button', { name: 'Send a test mail' }).click();
    await page.getByText('The mail server has taken the mail.').waitFor();
    await page.getByRole('radio', { name: /^Anybody who proves/ }).check();
    await page.getByLabel('Starter grant, USD').fill('5');
    await page.getByRole('region', { name: 'Who may come in' }).getByRole('button', { name: 'Save' }).click();
    await page.getByText('The settings have been saved.').waitFor();
    await stage.picture(page, 'settings-installation');
    expect(complaints).toEqual([]);
  }, 120_000);

  test('somebody new signs up, and calls with a key of their own within the minute', async () => {
    const { page, complaints } = await stage.enter('/login');
    await page.getByRole('link', { name: 'Create an account' }).click();
    await page.getByText('You begin with $5.00.').waitFor();
    await stage.picture(page, 'sign-up');
    await page.getByLabel('E-mail').fill(NEWCOMER.email);
    await page.getByRole('button', { name: 'Send link' }).click();
    await page.getByText('Look into your mailbox').waitFor();
    await page.goto(stage.address(await stage.mailbox.linkFor(NEWCOMER.email, '/sign-up')));
    await page.getByLabel('Your name').fill(NEWCOMER.name);
    await page.getByLabel('Password').fill('too short');
    await page.getByLabel('Organization').fill('Nora & Co');
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByText('Must have at least 12 characters.').waitFor();
    await page.getByLabel('Password').fill(NEWCOMER.password);
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByRole('heading', { name: 'Create key' }).waitFor();
    await page.getByLabel('Name').fill('first');
    await page.getByRole('button', { name: 'Create key' }).click();
    const secret = (await page.getByTestId('secret').textContent()) ?? '';
    const client = new OpenAI({ baseURL: `${stage.product.origin}/v1`, apiKey: secret, maxRetries: 0 });
    await client.chat.completions.create({ model: MODEL, messages: [{ role: 'user', content: 'Hello' }] });
    await page.getByText('The first request has arrived').waitFor();
    expect(await railOf(page)).toContain('Billing');
    expect(complaints).toEqual([]);
    await page.context().close();
  }, 120_000);

  test('an organization is renamed, and what somebody else changed meanwhile is not lost', async () => {
    const { page } = operator;
    await open('/settings');
    const name = page.getByLabel('Name');
    await name.waitFor();
    // as a colleague would
    await stage.product.pool.query(`UPDATE organization SET time_zone = 'Europe/Berlin', version = version + 1`);
    await name.fill('First House');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Somebody has changed this meanwhile.').waitFor();
    await page.getByRole('button', { name: 'Load the newest' }).click();
    await page.getByRole('combobox', { name: 'Time zone' }).and(page.locator('[value="Europe/Berlin"]')).waitFor();
    await name.fill('First House');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The settings have been saved.').waitFor();
    await page.getByRole('combobox', { name: 'Organization' }).getByText('First House').waitFor();
    await stage.picture(page, 'settings');
  }, 120_000);

  test('a management token is made with one permission, shown once, and revoked', async () => {
    const { page } = operator;
    await open('/settings?section=tokens');
    await page.getByRole('button', { name: 'Create token' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('month close');
    await dialog.getByRole('button', { name: 'Create token' }).click();
    await dialog.getByText('Choose at least one.').waitFor();
    await dialog.getByRole('checkbox', { name: /^usage.read/ }).check();
    await stage.picture(page, 'token-create');
    await dialog.getByRole('button', { name: 'Create token' }).click();
    const secret = (await page.getByTestId('secret').textContent()) ?? '';
    expect(secret).toMatch(/^tgm_[0-9A-Za-z]{38}$/);
    await page.getByRole('button', { name: 'I have copied it' }).click();
    const statusOf = async (resource: string): Promise<number> =>
      (await fetch(`${stage.product.origin}/api/v1${resource}`, { headers: { authorization: `Bearer ${secret}` } }))
        .status;
    expect([await statusOf('/me'), await statusOf('/management-tokens')]).toEqual([200, 403]);
    await act(page, 'month close', 'Revoke');
    await page.getByRole('button', { name: 'Revoke month close' }).click();
    await page.getByText('month close has been revoked.').waitFor();
    await stage.picture(page, 'tokens');
    expect(await statusOf('/me')).toBe(401);
  }, 120_000);

  test('two-factor sign-in is turned on, asked for, and answered by app or backup code', async () => {
    const { page } = operator;
    await open('/account');
    await page.getByRole('button', { name: 'Turn on' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Password').fill('not the password');
    await dialog.getByRole('button', { name: 'Next' }).click();
    await dialog.getByText('The password is wrong.').waitFor();
    await dialog.getByLabel('Password').fill(password);
    await dialog.getByRole('button', { name: 'Next' }).click();
    const secret = ((await page.getByTestId('totp-secret').textContent()) ?? '')
      .replace('Or type the secret:', '')
      .trim();
    await stage.picture(page, 'two-factor-scan');
    await dialog.getByRole('textbox', { name: 'Code' }).fill(oneTimeCode(secret));
    await dialog.getByRole('button', { name: 'Turn on' }).click();
    const codes = dialog.getByRole('list', { name: 'Backup codes' });
    await codes.waitFor();
    const backupCodes = await codes.getByRole('listitem').allTextContents();
    expect(backupCodes.length).toBeGreaterThanOrEqual(8);
    const download = page.waitForEvent('download');
    await dialog.getByRole('button', { name: 'Download' }).click();
    expect((await download).suggestedFilename()).toBe('tollgate-backup-codes.txt');
    await stage.picture(page, 'two-factor-codes');
    await dialog.getByRole('button', { name: 'I have kept them' }).click();
    await page.getByText('On: signing in with the password asks for a code.').waitFor();

    const other = await stage.enter('/login');
    await stage.signIn(other.page, { ...OPERATOR, password });
    await other.page.getByRole('heading', { name: 'One more step' }).waitFor();
    await stage.picture(other.page, 'sign-in-code');
    await other.page.getByLabel('Code').fill('000000');
    await other.page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await other.page.getByText('The code is wrong').waitFor();
    await other.page.getByRole('button', { name: 'Use a backup code' }).click();
    await other.page.getByLabel('Backup code').fill(backupCodes[0] ?? '');
    await other.page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await other.page.getByRole('heading', { name: 'Overview' }).waitFor();
    await other.page.context().close();

    await page.reload();
    await page.getByRole('button', { name: 'Turn off' }).click();
    await dialog.getByLabel('Password').fill(password);
    await dialog.getByRole('button', { name: 'Turn off' }).click();
    await page.getByText('Two-factor sign-in is off.').waitFor();
  }, 150_000);

  test('sessions are told apart, and ended elsewhere by a new password', async () => {
    const { page } = operator;
    const other = await stage.enter('/login');
    await stage.signIn(other.page, { ...OPERATOR, password });
    await other.page.getByRole('heading', { name: 'Overview' }).waitFor();
    await open('/account');
    const sessions = page.getByRole('table', { name: 'Where you are signed in' });
    await sessions.getByText('Chrome on Linux').first().waitFor();
    expect(await sessions.getByText('this one').count()).toBe(1);
    await stage.picture(page, 'account');
    await page.getByLabel('Current password').fill(password);
    password = 'another long one to keep';
    await page.getByLabel('New password').fill(password);
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByText('The password has been changed.').waitFor();
    await other.page.getByRole('link', { name: 'Keys' }).click();
    await other.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await other.page.context().close();
    await page.getByRole('textbox', { name: 'Name' }).fill('Olga the Operator');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Your name has been saved.').waitFor();
  }, 120_000);

  test('a passkey is added, signs in without a password, and is removed', async () => {
    const { page } = await stage.enter('/login');
    await addAuthenticator(page);
    await stage.signIn(page, { ...OPERATOR, password });
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.goto(stage.address('/account'));
    await page.getByRole('button', { name: 'Add passkey' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('blue key');
    await page.getByRole('dialog').getByRole('button', { name: 'Add passkey' }).click();
    await page.getByRole('cell', { name: 'blue key', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Account' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.goto(stage.address('/account'));
    await act(page, 'blue key', 'Remove');
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('None yet.').waitFor();
    await page.context().close();
  }, 120_000);

  test('a forgotten password is set anew by mail', async () => {
    const { page } = await stage.enter('/login');
    await page.getByRole('link', { name: 'Forgot your password?' }).click();
    await page.getByLabel('E-mail').fill(NEWCOMER.email);
    await page.getByRole('button', { name: 'Send link' }).click();
    await page.getByText('Look into your mailbox').waitFor();
    await page.goto(stage.address(await stage.mailbox.linkFor(NEWCOMER.email, '/reset-password')));
    await page.getByLabel('New password').fill('a better one, this time');
    await page.getByRole('button', { name: 'Set password' }).click();
    await page.getByRole('link', { name: 'Sign in' }).click();
    await stage.signIn(page, { ...NEWCOMER, password: 'a better one, this time' });
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.context().close();
  }, 120_000);

  test('an organization signs in with its own provider, once its domain is confirmed', async () => {
    const { page } = operator;
    await open('/settings?section=sign-on');
    await page.getByRole('button', { name: 'Add connection' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Example login');
    await dialog.getByLabel('Issuer').fill('http://127.0.0.1:9');
    await dialog.getByLabel('Client id').fill(identity.client.id);
    await dialog.getByLabel('Client secret').fill(identity.client.secret);
    await dialog.getByRole('combobox', { name: 'E-mail domains' }).fill('example.net,');
    await dialog.getByRole('button', { name: 'Add connection' }).click();
    // nobody listens there, which is said before anything is kept
    await dialog.getByText('did not answer with an OpenID Connect configuration').waitFor();
    await stage.picture(page, 'sso-add');
    await dialog.getByLabel('Issuer').fill(identity.issuer);
    await dialog.getByRole('button', { name: 'Add connection' }).click();
    await page.getByText('Example login has been saved.').waitFor();
    const domain = page.getByTestId('domain-example.net');
    await domain.getByText('not verified').waitFor();
    await stage.picture(page, 'sso-unverified');
    await domain.getByRole('button', { name: 'Confirm' }).click();
    await domain.getByText('verified by the operator').waitFor();
    const redirect = await page.getByText(/\/api\/auth\/sso\/callback\//).textContent();
    identity.allow(redirect ?? '');
    await stage.picture(page, 'sso');

    identity.visitor = { name: 'Sina Single', email: 'sina@example.net' };
    const { page: visitor } = await stage.enter('/login');
    await visitor.getByRole('button', { name: 'Single sign-on' }).waitFor();
    await stage.picture(visitor, 'sign-in');
    await visitor.getByRole('button', { name: 'Single sign-on' }).click();
    await visitor.getByLabel('E-mail').fill(identity.visitor.email);
    await stage.picture(visitor, 'sign-in-sso');
    await visitor.getByRole('button', { name: 'Continue' }).click();
    await visitor.getByRole('heading', { name: 'Overview' }).waitFor();
    expect(await railOf(visitor)).not.toContain('Settings');
    await visitor.context().close();

    identity.visitor = { name: 'Ferdinand Foreign', email: 'ferdinand@example.com' };
    const { page: foreigner } = await stage.enter('/login');
    await foreigner.getByRole('button', { name: 'Single sign-on' }).click();
    await foreigner.getByLabel('E-mail').fill('somebody@example.net');
    await foreigner.getByRole('button', { name: 'Continue' }).click();
    await foreigner.getByText('in none of the domains that your provider may vouch for').waitFor();
    await foreigner.context().close();

    await act(page, 'Example login', 'Delete');
    await page.getByRole('button', { name: 'Delete Example login' }).click();
    await page.getByText('Example login has been deleted.').waitFor();
  }, 150_000);

  test('the first load is light: the sign-in page, and the overview after it', async () => {
    const { page } = await stage.enter('about:blank');
    const entrance = await bytesOf(page, stage.address('/login'), 'Sign in');
    await stage.signIn(page, { ...OPERATOR, password });
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    // somebody who comes back with a session, and with nothing in the cache
    const context = await stage.browser.newContext({ storageState: await page.context().storageState() });
    const overview = await bytesOf(await context.newPage(), stage.address('/'), 'Overview');
    console.info(`first load: ${entrance} bytes to sign in, ${overview} bytes for the overview`);
    expect(entrance).toBeLessThan(MOST_BYTES);
    expect(overview).toBeLessThan(MOST_BYTES);
    await context.close();
    await page.context().close();
  }, 120_000);
});

/** A security key that says yes to everything. */
async function addAuthenticator(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

/** Bytes on the wire of the scripts, styles and fonts that are fetched until a page with this heading stands. */
async function bytesOf(page: Page, address: string, heading: string): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  let bytes = 0;
  const assets = new Set<string>();
  session.on('Network.responseReceived', ({ requestId, response, type }) => {
    if (['Document', 'Script', 'Stylesheet', 'Font', 'Image'].includes(type) && !response.fromDiskCache)
      assets.add(requestId);
  });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (assets.has(requestId)) bytes += encodedDataLength;
  });
  await page.goto(address);
  await page.getByRole('heading', { name: heading, exact: true }).waitFor();
  await page.waitForLoadState('networkidle');
  await session.detach();
  return bytes;
}
