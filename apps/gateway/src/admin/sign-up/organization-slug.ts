import { randomInt } from 'node:crypto';

const MAX_LENGTH = 50;
const LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789';

/**
 * Slugs to try for an organization with this name, the plainest first: Latin letters without their marks and digits,
 * with hyphens between; then the same with an ending that nobody else is likely to have.
 */
export function* slugsFor(name: string): Generator<string> {
  const plain = name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_LENGTH)
    .replaceAll(/^-|-$/g, '');
  const base = plain === '' ? 'organization' : plain;
  yield base;
  for (;;) yield `${base}-${Array.from({ length: 5 }, () => LETTERS.charAt(randomInt(LETTERS.length))).join('')}`;
}
