import { newId } from '@tollgate/domain';
import type pg from 'pg';
import type { DemoPerson } from './cast.js';

/** Ids of users by their address. */
export type PeopleIds = ReadonlyMap<string, string>;

interface People {
  readonly people: readonly DemoPerson[];
  /** Of the password that they share. */
  readonly passwordHash: string;
}

/** Console users who sign in with a password, as the sign-in library keeps them. */
export async function createDemoPeople(client: pg.PoolClient, { people, passwordHash }: People): Promise<PeopleIds> {
  const ids = new Map<string, string>();
  for (const { email, name, operator = false } of people) {
    const id = newId('consoleUser');
    ids.set(email, id);
    await client.query(
      `INSERT INTO console_user (id, name, email, email_verified, operator, updated_at) VALUES ($1, $2, $3, true, $4, now())`,
      [id, name, email, operator],
    );
    await client.query(
      `INSERT INTO console_account (id, user_id, account_id, provider_id, password, updated_at)
       VALUES ($1, $2, $2, 'credential', $3, now())`,
      [newId('consoleAccount'), id, passwordHash],
    );
  }
  return ids;
}
