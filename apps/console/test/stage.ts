import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Browser, Page } from 'playwright-core';

import { Mailbox } from './mailbox.js';
import { Product } from './product.js';
import { launchChromium, openWatchedPage, type WatchedPage } from './watched-page.js';

const DESKTOP = { width: 1360, height: 900 };
const PHONE = { width: 390, height: 844 };
const PATIENCE_MS = 30_000;
/** Nothing is caught half way from one look to the other. */
const STILL = '* { transition: none !important; animation: none !important; caret-color: transparent !important }';

export interface Person {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

/** The product, its mail, and a browser in which people come and go. */
export class Stage {
  private constructor(
    readonly product: Product,
    readonly mailbox: Mailbox,
    readonly browser: Browser,
    private readonly screenshots: string,
  ) {}

  static async set(environment: Readonly<Record<string, string>>, unknown: readonly string[] = []): Promise<Stage> {
    const mailbox = await Mailbox.open(unknown);
    const product = await Product.start({ ...environment, ...mailbox.environment });
    const screenshots = await mkdtemp(path.join(tmpdir(), 'tollgate-console-screenshots-'));
    return new Stage(product, mailbox, await launchChromium(), screenshots);
  }

  async strike(): Promise<void> {
    await this.browser.close();
    await this.product.stop();
    await this.mailbox.close();
  }

  /** By name, which passkeys need: an address made of numbers is no site. */
  address(page: string): string {
    return new URL(page, this.product.origin.replace('127.0.0.1', 'localhost')).href;
  }

  /** A browser of somebody's own, on a first page. */
  async enter(page: string): Promise<WatchedPage> {
    const watched = await openWatchedPage(this.browser, { viewport: DESKTOP });
    watched.page.setDefaultTimeout(PATIENCE_MS);
    await watched.page.goto(this.address(page));
    return watched;
  }

  /** The operator, through the set-up link of the banner. */
  async setUp({ name, email, password }: Person): Promise<WatchedPage> {
    const watched = await this.enter(this.product.setUpPath);
    await watched.page.getByLabel('Your name').fill(name);
    await watched.page.getByLabel('E-mail').fill(email);
    await watched.page.getByLabel('Password').fill(password);
    await watched.page.getByRole('button', { name: 'Create account' }).click();
    await watched.page.getByRole('heading', { name: 'Overview' }).waitFor();
    return watched;
  }

  /** Somebody who was invited, in a browser of their own. */
  async accept({ name, email, password }: Person): Promise<WatchedPage> {
    const watched = await this.enter(await this.mailbox.linkFor(email, '/invitation'));
    await watched.page.getByLabel('Your name').fill(name);
    await watched.page.getByLabel('Password').fill(password);
    await watched.page.getByRole('button', { name: 'Join' }).click();
    await watched.page.getByRole('heading', { name: 'Overview' }).waitFor();
    return watched;
  }

  async signIn(page: Page, person: Person): Promise<void> {
    await page.goto(this.address('/login'));
    await this.identify(page, person);
  }

  /** On the sign-in page, wherever it leads on to. */
  async identify(page: Page, { email, password }: Person): Promise<void> {
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  }

  /** What the page shows, light, dark and as wide as a phone; and by how much it is too wide there. */
  async picture(page: Page, name: string): Promise<void> {
    while ((await page.locator('.MuiSkeleton-root').count()) > 0) await sleep(50);
    const shoot = (look: string) =>
      page.screenshot({ path: path.join(this.screenshots, `${name}-${look}.png`), fullPage: true, style: STILL });
    await shoot('light');
    await page.emulateMedia({ colorScheme: 'dark' });
    await shoot('dark');
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize(PHONE);
    await shoot('phone');
    const excess = await horizontalExcess(page);
    await page.setViewportSize(DESKTOP);
    if (excess > 0) throw new Error(`${name} is ${excess} px wider than a phone`);
  }
}

/** By how many pixels the page is wider than the window. The page's own policy lets no test evaluate text in it. */
async function horizontalExcess(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  const { cssContentSize, cssLayoutViewport } = await session.send('Page.getLayoutMetrics');
  await session.detach();
  return cssContentSize.width - cssLayoutViewport.clientWidth;
}

/** The names of the pages that somebody is offered. */
export async function railOf(page: Page): Promise<string[]> {
  const links = page.getByRole('navigation', { name: 'Pages' }).first().getByRole('link');
  await links.first().waitFor();
  return links.allTextContents();
}

/** Chooses one of the actions of a row. */
export async function act(page: Page, name: string, action: string): Promise<void> {
  await page.getByRole('button', { name: `Actions for ${name}` }).click();
  await page.getByRole('menuitem', { name: action, exact: true }).click();
}
