import { Inject, Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { Resolver } from 'node:dns/promises';

/** How TXT records are read. */
export const RESOLVE_TXT = Symbol('RESOLVE_TXT');

/** The TXT records of a name, each in the pieces that it was sent in. */
export type ResolveTxt = (name: string) => Promise<readonly (readonly string[])[]>;

const PROOF_BYTES = 24;
const TIMEOUT_MS = 5_000;

export const resolveTxtBySystem: ResolveTxt = (name) =>
  new Resolver({ timeout: TIMEOUT_MS, tries: 2 }).resolveTxt(name);

export interface ProvedDomain {
  readonly domain: string;
  readonly proof: string;
}

/** Whose a domain is, by what stands in its DNS. */
@Injectable()
export class DomainProof {
  constructor(@Inject(RESOLVE_TXT) private readonly resolveTxt: ResolveTxt) {}

  /** Whether the record is there. A name server that does not answer proves nothing. */
  async isPublished(domain: ProvedDomain): Promise<boolean> {
    const { name, value } = recordOf(domain);
    const records = await this.resolveTxt(name).catch(() => []);
    return records.some((pieces) => pieces.join('').trim() === value);
  }
}

/** The TXT record that proves the domain: of a name of its own, beside which other records may stand. */
export const recordOf = ({ domain, proof }: ProvedDomain): { readonly name: string; readonly value: string } => ({
  name: `_tollgate.${domain}`,
  value: `tollgate-verification=${proof}`,
});

/** Nobody can have published it before. */
export const newProof = (): string => randomBytes(PROOF_BYTES).toString('base64url');
