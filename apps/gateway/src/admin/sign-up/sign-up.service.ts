import { Inject, Injectable } from '@nestjs/common';
import type { TollgateConfig } from '@tollgate/config';
import { hashSecret, issueSecret, isWellFormedSecret, newId, SIGN_UP_TOKEN_PREFIX } from '@tollgate/domain';
import { Mailer } from '@tollgate/mail';
import {
  ROLE_SCOPES,
  type ConsoleUser,
  type Entrance,
  type OperationInput,
  type OPERATIONS,
  type StartedSignUp as SignUp,
} from '@tollgate/wire';
import { AddressThrottle } from '../../identity/address-throttle.js';
import { consoleLink, consolePage } from '../../identity/console-link.js';
import { hashPassword } from '../../identity/password-hash.js';
import { APP_CONFIG } from '../../platform/tokens.js';
import type { Origin } from '../http/caller-origin.js';
import { dollars } from '../http/presentation.js';
import { ProblemError } from '../http/problem-error.js';
import { InstallationRepository, type InstallationRow } from '../installation/installation.repository.js';
import { knownAddressMail, signUpMail } from './sign-up-mails.js';
import { SignUpRepository, type StartedSignUp } from './sign-up.repository.js';

type Completion = OperationInput<typeof OPERATIONS.completeSignUp>['body'];

const LIFETIME_MS = 24 * 3_600_000;

@Injectable()
export class SignUpService {
  constructor(
    private readonly repository: SignUpRepository,
    private readonly installation: InstallationRepository,
    private readonly throttle: AddressThrottle,
    private readonly mailer: Mailer,
    @Inject(APP_CONFIG) private readonly config: Pick<TollgateConfig, 'publicUrl' | 'port'>,
  ) {}

  async entrance(): Promise<Entrance> {
    const { signUp, starterGrant } = await this.installation.read();
    return {
      signUp,
      starterGrant: signUp !== 'open' || starterGrant === null ? null : dollars(starterGrant),
      singleSignOn: await this.installation.hasSingleSignOn(),
      mail: this.mailer.isSet,
    };
  }

  /** The mail goes out after the answer, which is the same, and as quick, whoever has the address. */
  async start(email: string): Promise<void> {
    await this.#requireOpen();
    await this.throttle.admitMail('sign-up', email);
    const { secret, hash } = issueSecret(SIGN_UP_TOKEN_PREFIX);
    const expiresAt = new Date(Date.now() + LIFETIME_MS);
    const isKnown = await this.repository.hasUser(email);
    await this.repository.insert({ id: newId('signUp'), email, tokenHash: hash, expiresAt }, { isKnown });
    const mail = isKnown
      ? knownAddressMail(email, consolePage(this.config, '/'))
      : signUpMail(email, { link: consoleLink(this.config, '/sign-up', secret), expiresAt });
    void this.mailer.send(mail);
  }

  async check(token: string): Promise<SignUp> {
    const { email, expiresAt } = await this.#live(token);
    return { email, expiresAt: expiresAt.toISOString() };
  }

  async complete({ token, name, password, organization }: Completion, origin: Origin): Promise<ConsoleUser> {
    const { starterGrant } = await this.#requireOpen();
    const { id: signUpId, email } = await this.#live(token);
    const user = { id: newId('consoleUser'), name, email };
    const organizationId = newId('organization');
    const completed = await this.repository.complete({
      signUpId,
      user,
      passwordHash: await hashPassword(password),
      organization: { id: organizationId, name: organization },
      starterGrant: starterGrant === null ? null : dollars(starterGrant),
      actor: {
        kind: 'console-user',
        id: user.id,
        organizationId,
        scopes: ROLE_SCOPES.owner,
        expiresAt: null,
        ...origin,
      },
    });
    if (!completed) throw gone();
    return user;
  }

  async #requireOpen(): Promise<InstallationRow> {
    const installation = await this.installation.read();
    if (installation.signUp === 'open') return installation;
    throw new ProblemError('forbidden', 'Sign-up is not open here: ask somebody of your organization to invite you.');
  }

  async #live(token: string): Promise<StartedSignUp> {
    const hash = isWellFormedSecret(SIGN_UP_TOKEN_PREFIX, token) ? hashSecret(token) : null;
    const signUp = hash === null ? null : await this.repository.findLive(hash);
    if (signUp === null) throw gone();
    return signUp;
  }
}

const gone = (): ProblemError =>
  new ProblemError('gone', 'This link does not work, or no longer. Sign up again to get another.');
