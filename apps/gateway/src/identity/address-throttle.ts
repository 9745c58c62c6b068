import { Injectable } from '@nestjs/common';
import { Database } from '@tollgate/database';
import { hashSecret } from '@tollgate/domain';
import { isIPv6 } from 'node:net';
import { TooManyAttempts } from '../admin/http/problem-error.js';
import { plainAddress } from '../platform/client-address/address-ranges.js';
import { countAttempt } from './count-attempt.js';

/** An office behind one address may come in on one morning. */
const MAX_OPEN_REQUESTS = 300;
/** Many times what somebody needs who does not find a mail, too few to be a nuisance in a mailbox. */
const MAX_MAILS = 5;
/** A company may come in on one day; whoever signs up to have us mail to strangers is soon done. */
const MAX_INVITATIONS = 100;
/** A test goes to as many as a channel has, and some are tested more than once. */
const MAX_ALERTS_ON_DEMAND = 200;

/** Bounds what strangers may ask for: by the address from which they ask, and by the mailbox that they name. */
@Injectable()
export class AddressThrottle {
  constructor(private readonly database: Database) {}

  /**
   * Before an operation that needs no authentication.
   * @throws TooManyAttempts
   */
  async admit(operationId: string, clientAddress: string): Promise<void> {
    await this.#count(`open|${operationId}|${networkOf(clientAddress)}`, MAX_OPEN_REQUESTS);
  }

  /**
   * Before a mail that somebody has sent to an address: known ones are counted like unknown ones.
   * @throws TooManyAttempts
   */
  async admitMail(purpose: 'alert' | 'invitation' | 'sign-up', email: string): Promise<void> {
    await this.#count(`mail|${purpose}|${hashSecret(email)}`, MAX_MAILS);
  }

  /**
   * Before somebody of an organization has an invitation mailed, to whomever: what it says is partly of their own words.
   * @throws TooManyAttempts
   */
  async admitInvitation(organizationId: string): Promise<void> {
    await this.#count(`invitations|${organizationId}`, MAX_INVITATIONS);
  }

  /**
   * Before an alert that somebody of an organization has sent to whomever they name, by a test or a replay.
   * @param recipient the address of a mail; empty where it is none
   * @throws TooManyAttempts
   */
  async admitAlert(organizationId: string, recipient: string): Promise<void> {
    await this.#count(`alerts|${organizationId}`, MAX_ALERTS_ON_DEMAND);
    if (recipient !== '') await this.admitMail('alert', recipient);
  }

  async #count(key: string, max: number): Promise<void> {
    const waitSeconds = await countAttempt(this.database, key, { max });
    if (waitSeconds > 0) throw new TooManyAttempts(waitSeconds);
  }
}

/** One household or server has a whole /64 of IPv6: the addresses in it are one. */
function networkOf(address: string): string {
  const bare = plainAddress(address);
  if (!isIPv6(bare)) return bare;
  const [head = '', tail] = bare.split('::', 2);
  const groups = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - groups.length - last.length }, () => '0');
  return [...groups, ...zeros, ...last]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
