import Block from '@mui/icons-material/Block';
import CheckCircleOutlined from '@mui/icons-material/CheckCircleOutlined';
import { Box } from '@mui/material';
import type { MoneyAmount, RoutedCandidate } from '@tollgate/wire';
import { Duration, Money, NOTHING } from '../figures/figures.js';
import { formatMoney } from '../figures/format-money.js';
import { formatShare } from '../figures/format-quantities.js';
import { useText, type Text } from '../i18n/use-text.js';
import { DataTable, type Column } from '../page/data-table.js';

/** A deployment as it looked when a request was routed. */
export interface ShownCandidate extends Omit<RoutedCandidate, 'wouldCost'> {
  /** What the request costs there; null: no price. */
  readonly cost: MoneyAmount | null;
  /** Below its name: by which credential, and where. */
  readonly detail: string | null;
}

interface CandidateTableProps {
  /** In the order in which they are asked. */
  readonly candidates: readonly ShownCandidate[];
  readonly isChosen: (candidate: ShownCandidate) => boolean;
  /** What the column of costs is called: of what has been, or of what would be. */
  readonly costLabel: string;
}

/** Every deployment that could have been asked, with what spoke for and against it. */
export function CandidateTable({ candidates, isChosen, costLabel }: CandidateTableProps) {
  const text = useText();
  return (
    <DataTable
      label={text('routing.candidates')}
      rows={candidates}
      rowKey={({ deploymentId, upstreamModel }) => `${deploymentId} ${upstreamModel}`}
      empty={null}
      columns={[
        {
          key: 'deployment',
          label: text('routing.deployment'),
          render: (candidate) => <NameCell candidate={candidate} isChosen={isChosen(candidate)} />,
        },
        { key: 'cost', label: costLabel, numeric: true, render: ({ cost }) => cost && <Money value={cost} /> },
        ...figureColumns(text),
      ]}
    />
  );
}

function figureColumns(text: Text): readonly Column<ShownCandidate>[] {
  return [
    {
      key: 'score',
      label: text('routing.score'),
      numeric: true,
      from: 'sm',
      render: ({ score }) => (
        <span title={score === null ? undefined : `${score} · ${text('routing.scoreHint')}`}>
          {score === null ? NOTHING : THREE_FIGURES.format(score)}
        </span>
      ),
    },
    {
      key: 'price',
      label: text('routing.price'),
      numeric: true,
      from: 'md',
      render: ({ price }) => (price === null ? NOTHING : formatMoney(comparedPrice(price))),
    },
    {
      key: 'uptime',
      label: text('routing.uptime'),
      numeric: true,
      from: 'sm',
      render: ({ uptime }) => formatShare(uptime),
    },
    {
      key: 'first',
      label: text('routing.firstToken'),
      numeric: true,
      from: 'md',
      render: ({ firstTokenMs }) => <Duration ms={firstTokenMs} />,
    },
    {
      key: 'speed',
      label: text('routing.speed'),
      numeric: true,
      from: 'md',
      render: ({ tokensPerSecond }) => (tokensPerSecond === null ? NOTHING : THREE_FIGURES.format(tokensPerSecond)),
    },
  ];
}

const THREE_FIGURES = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });

/** A figure for comparing, which is never billed. */
const comparedPrice = (price: number) => ({ amount: price.toFixed(12), currency: 'USD' });

/** Chosen and left out are told in words and shape; what was left out steps back. */
function NameCell({ candidate, isChosen }: { readonly candidate: ShownCandidate; readonly isChosen: boolean }) {
  const text = useText();
  const { excluded, detail } = candidate;
  return (
    <Box sx={{ minWidth: 110, ...(excluded !== null && { color: 'text.secondary' }) }}>
      <Box sx={{ fontWeight: isChosen ? 600 : 400, overflowWrap: 'anywhere' }}>{nameOf(candidate)}</Box>
      {detail !== null && <Box sx={HINT}>{detail}</Box>}
      {isChosen && (
        <Box sx={HINT}>
          <CheckCircleOutlined sx={{ fontSize: 14, color: 'success.main' }} />
          {text('routing.chosen')}
        </Box>
      )}
      {excluded !== null && (
        <Box sx={HINT}>
          <Block sx={{ fontSize: 14, color: 'warning.main' }} />
          {text('routing.leftOut', { why: text(`routing.exclusion.${excluded}`) })}
        </Box>
      )}
    </Box>
  );
}

export const nameOf = ({ provider, upstreamModel }: Pick<ShownCandidate, 'provider' | 'upstreamModel'>): string =>
  `${provider} · ${upstreamModel}`;

const HINT = { display: 'flex', alignItems: 'center', gap: 1, fontSize: '0.75rem', color: 'text.secondary' } as const;
