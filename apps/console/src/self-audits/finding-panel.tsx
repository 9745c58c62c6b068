import { Box } from '@mui/material';
import type { SelfAudit } from '@tollgate/wire';
import { Mono, NOTHING } from '../figures/figures.js';
import { checkWords } from '../i18n/english/self-audits.js';
import { useText } from '../i18n/use-text.js';
import { DataTable, type Column } from '../page/data-table.js';
import { Panel } from '../page/panel.js';
import { useScope } from '../url/scope.js';

/** What does not agree with what, by how much, and whose it is. */
export function FindingPanel({ findings }: { readonly findings: SelfAudit['findings'] }) {
  const text = useText();
  return (
    <Panel title={text('selfAudits.findings')} hint={text('selfAudits.findingsHint')} flush>
      <DataTable
        label={text('selfAudits.findings')}
        rows={findings}
        rowKey={({ check, organizationId, accountingPeriod, message }) =>
          [check, organizationId, accountingPeriod, message].join(' ')
        }
        empty={null}
        columns={useColumns()}
      />
    </Panel>
  );
}

function useColumns(): readonly Column<SelfAudit['findings'][number]>[] {
  const text = useText();
  const { organizations } = useScope();
  const nameOf = (id: string | null): string =>
    id === null ? NOTHING : (organizations.find((each) => each.id === id)?.name ?? id);
  return [
    {
      key: 'check',
      label: text('selfAudits.check'),
      render: ({ check, message }) => (
        <>
          {checkWords(check)}
          <Box sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>{message}</Box>
        </>
      ),
    },
    {
      key: 'organization',
      label: text('selfAudits.organization'),
      from: 'md',
      render: ({ organizationId }) => nameOf(organizationId),
    },
    {
      key: 'period',
      label: text('selfAudits.period'),
      from: 'lg',
      render: ({ accountingPeriod }) => accountingPeriod ?? NOTHING,
    },
    {
      key: 'expected',
      label: text('selfAudits.expected'),
      numeric: true,
      from: 'md',
      render: ({ expected }) => exact(expected),
    },
    {
      key: 'found',
      label: text('selfAudits.found'),
      numeric: true,
      from: 'md',
      render: ({ found }) => exact(found),
    },
    {
      key: 'difference',
      label: text('selfAudits.difference'),
      numeric: true,
      render: ({ difference }) => exact(difference),
    },
  ];
}

/** To the last digit: a picodollar that is missing must be seen. */
const exact = (figure: string | null) => (figure === null ? NOTHING : <Mono>{figure}</Mono>);
