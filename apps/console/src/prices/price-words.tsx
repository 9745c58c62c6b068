import { Box } from '@mui/material';
import type { PriceBook, PriceRule } from '@tollgate/wire';
import { useOperation } from '../api/use-operation.js';
import { NOTHING } from '../figures/figures.js';
import { useText, type Text } from '../i18n/use-text.js';

const BASIS_POINTS_PER_PERCENT = 100;
const ANY = '*';

/** Basis points as people read them: `+12.5 %`. */
export function percentText(basisPoints: number): string {
  const percent = basisPoints / BASIS_POINTS_PER_PERCENT;
  return `${percent > 0 ? '+' : ''}${percent} %`;
}

interface TermsProps {
  readonly basisPoints: number | null;
  readonly signed?: boolean;
  /** There is no book above that could say it. */
  readonly isRoot?: boolean;
}

export function Terms({ basisPoints, signed = true, isRoot = false }: TermsProps) {
  const text = useText();
  if (basisPoints === null && isRoot) return <>0 %</>;
  if (basisPoints === null) {
    return (
      <Box component="span" sx={{ color: 'text.secondary' }}>
        {text('prices.inherited')}
      </Box>
    );
  }
  return <>{signed ? percentText(basisPoints) : `${basisPoints / BASIS_POINTS_PER_PERCENT} %`}</>;
}

/** What a rule is for, without what may be anything. */
export function ruleSubject(rule: Omit<PriceRule, 'id' | 'basisPoints'>, text: Text): string {
  const meter = rule.meter === ANY ? ANY : text(`vocabulary.meter.${rule.meter}`);
  const parts = [rule.provider, rule.model, meter, rule.serviceTier, rule.region].filter((part) => part !== ANY);
  return parts.length === 0 ? text('prices.everything') : parts.join(' · ');
}

/** What narrows a price down beside its model and meter. */
export function priceConditions(price: {
  readonly serviceTier: string;
  readonly region: string;
  readonly fromTokens: number;
  readonly timeWindow: string;
}): string {
  const { serviceTier, region, fromTokens, timeWindow } = price;
  const parts = [serviceTier, region, timeWindow].filter((part) => part !== ANY);
  if (fromTokens > 0) parts.push(`≥ ${fromTokens.toLocaleString('en')}`);
  return parts.length === 0 ? NOTHING : parts.join(' · ');
}

const MOST = 200;

/** Names of organizations and books, by their ids. */
export function useNames(): (id: string) => string {
  const organizations = useOperation('listOrganizations', { query: { limit: String(MOST) } });
  const books = useOperation('listPriceBooks', { query: { limit: String(MOST) } });
  const names = new Map(
    [...(organizations.data?.data ?? []), ...(books.data?.data ?? [])].map(({ id, name }) => [id, name]),
  );
  return (id) => names.get(id) ?? id;
}

/** A book and those that are asked after it. */
export function chainOf(book: PriceBook, books: readonly PriceBook[]): PriceBook[] {
  const byId = new Map(books.map((one) => [one.id, one]));
  const chain = [book];
  for (let next = book.parentId; next !== null;) {
    const parent = byId.get(next);
    if (parent === undefined || chain.includes(parent)) break;
    chain.push(parent);
    next = parent.parentId;
  }
  return chain;
}
