import { hash, verify } from '@node-rs/argon2';

/** OWASP's recommendation for argon2id, which is number 2; memory in KiB. */
const COST = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Runs on a thread of its own, as verifying does: requests go on meanwhile. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, COST);
}

export function isPasswordOf(storedHash: string, password: string): Promise<boolean> {
  return verify(storedHash, password);
}
