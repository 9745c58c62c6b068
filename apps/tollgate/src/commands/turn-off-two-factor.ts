import type { Command } from '../command-line.js';
import { findUser, writing } from './write-by-command.js';

type TurnOffTwoFactor = Extract<Command, { kind: 'turn-off-two-factor' }>;

/**
 * For who has lost phone and backup codes: the password alone signs them in.
 * @returns what is told.
 * @throws StartUpError when there is no user with the address.
 */
export function turnOffTwoFactorByCommand({ email }: TurnOffTwoFactor): Promise<string> {
  return writing(async (client, audit) => {
    const { id } = await findUser(client, email);
    const { rowCount } = await client.query('DELETE FROM two_factor WHERE user_id = $1', [id]);
    if (rowCount === 0) return `${email} has no second factor`;
    await client.query('UPDATE console_user SET two_factor_enabled = false, updated_at = now() WHERE id = $1', [id]);
    await client.query('DELETE FROM console_session WHERE user_id = $1', [id]);
    const after = { twoFactor: false };
    audit.add({ action: 'console-user.two-factor-turned-off', resourceId: id, organizationId: null, after });
    return `${email} signs in with the password alone, and is signed out everywhere`;
  });
}
