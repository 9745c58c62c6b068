import { useList } from '../api/use-list.js';
import { Ago, NOTHING } from '../figures/figures.js';
import { OutcomeMark } from '../figures/outcome-mark.js';
import { useText } from '../i18n/use-text.js';
import { DataTable } from '../page/data-table.js';
import { Panel } from '../page/panel.js';
import { useScope } from '../url/scope.js';
import { useLinkTo } from '../url/use-url-state.js';
import { TableNote } from './table-note.js';

const ROWS = 5;

export function NewestErrors() {
  const text = useText();
  const linkTo = useLinkTo();
  const { organization, projectId, range } = useScope();
  const { rows, error, refetch } = useList('requests', {
    filter: {
      organizationId: organization.id,
      projectId: projectId ?? undefined,
      failed: 'true',
      from: range.from,
      to: range.to,
    },
    perPage: ROWS,
  });
  return (
    <Panel title={text('overview.newestErrors')} flush>
      <DataTable
        label={text('overview.newestErrors')}
        rows={rows}
        rowKey={({ id }) => id}
        rowHref={({ id }) => linkTo(`/requests/${id}/show`)}
        error={error}
        onRetry={refetch}
        empty={<TableNote>{text('overview.noErrors')}</TableNote>}
        skeletonRows={ROWS}
        columns={[
          { key: 'model', label: text('overview.model'), render: ({ requestedModel }) => requestedModel || NOTHING },
          {
            key: 'outcome',
            label: text('requests.outcome'),
            render: ({ outcome, errorCode }) => <OutcomeMark outcome={outcome} code={errorCode} />,
          },
          {
            key: 'when',
            label: text('requests.when'),
            numeric: true,
            render: ({ occurredAt }) => <Ago instant={occurredAt} />,
          },
        ]}
      />
    </Panel>
  );
}
