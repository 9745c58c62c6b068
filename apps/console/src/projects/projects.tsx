import { Button } from '@mui/material';
import { MAX_PAGE_SIZE, type Project } from '@tollgate/wire';
import { useState } from 'react';
import { Link } from 'react-router-dom';
import { useList } from '../api/use-list.js';
import { BudgetDialog } from '../budgets/budget-dialog.js';
import { NOTHING } from '../figures/figures.js';
import { formatExactCount } from '../figures/format-quantities.js';
import { SpentOfBudget } from '../figures/spent-of-budget.js';
import { useText, type Text } from '../i18n/use-text.js';
import { useMonthSpend } from '../overview/use-month-spend.js';
import { DataTable, type Column } from '../page/data-table.js';
import { EmptyNotice } from '../page/empty-notice.js';
import { Frame } from '../page/frame.js';
import { Page } from '../page/page.js';
import { RowMenu } from '../page/row-menu.js';
import { useMe } from '../session/use-me.js';
import { useScope } from '../url/scope.js';
import { useLinkTo, type LinkTo } from '../url/use-url-state.js';
import { ProjectDialog } from './project-dialog.js';

export default function Projects() {
  const text = useText();
  const linkTo = useLinkTo();
  const { organization } = useScope();
  const { mayCall } = useMe();
  const [opened, setOpened] = useState<Project | 'new' | null>(null);
  const [budgeted, setBudgeted] = useState<Project | null>(null);
  const request = { filter: { organizationId: organization.id }, sort: 'name', perPage: MAX_PAGE_SIZE };
  const { rows, error, refetch } = useList('projects', request);
  const spentBy = useMonthSpend('project');
  const keysOf = useKeyCounts();
  const mayEdit = mayCall('updateProject');
  const create = mayCall('createProject') ? (
    <Button variant="contained" onClick={() => setOpened('new')}>
      {text('projects.create')}
    </Button>
  ) : undefined;
  return (
    <Page title={text('projects.title')} subtitle={text('projects.lead')} actions={create}>
      <Frame>
        <DataTable
          label={text('projects.table')}
          rows={rows}
          rowKey={({ id }) => id}
          rowHref={({ id }) => linkTo('/', { project: id })}
          error={error}
          onRetry={refetch}
          empty={
            <EmptyNotice title={text('projects.emptyTitle')} action={create}>
              {text('projects.empty')}
            </EmptyNotice>
          }
          columns={[
            ...figureColumns({ text, linkTo, keysOf }),
            {
              key: 'spent',
              label: text('keys.spent'),
              numeric: true,
              render: ({ id, monthlyBudget }) => <SpentOfBudget spent={spentBy(id)} budget={monthlyBudget} />,
            },
            menuColumn(text, { onEdit: mayEdit ? setOpened : null, onBudget: setBudgeted }),
          ]}
        />
      </Frame>
      {opened !== null && <ProjectDialog project={opened === 'new' ? null : opened} onClose={() => setOpened(null)} />}
      {budgeted !== null && (
        <BudgetDialog
          budget={{ ...(rows?.find(({ id }) => id === budgeted.id) ?? budgeted), scope: 'project' }}
          onClose={() => setBudgeted(null)}
        />
      )}
    </Page>
  );
}

interface ColumnParts {
  readonly text: Text;
  readonly linkTo: LinkTo;
  readonly keysOf: (projectId: string) => number | undefined;
}

function figureColumns({ text, linkTo, keysOf }: ColumnParts): readonly Column<Project>[] {
  return [
    { key: 'name', label: text('projects.name'), render: ({ name }) => name },
    {
      key: 'costCentre',
      label: text('projects.costCentre'),
      from: 'sm',
      render: ({ costCentre }) => costCentre ?? NOTHING,
    },
    {
      key: 'keys',
      label: text('projects.keys'),
      numeric: true,
      from: 'sm',
      render: ({ id }) => {
        const count = keysOf(id);
        return count === undefined ? (
          NOTHING
        ) : (
          <Link to={linkTo('/keys', { project: id })} style={ABOVE_ROW}>
            {count}
          </Link>
        );
      },
    },
    {
      key: 'limits',
      label: text('projects.limits'),
      from: 'md',
      render: ({ rateLimit: { requestsPerMinute, tokensPerMinute, concurrency } }) => {
        const limits = [
          ...(requestsPerMinute === null ? [] : [text('projects.rpm', { count: formatExactCount(requestsPerMinute) })]),
          ...(tokensPerMinute === null ? [] : [text('projects.tpm', { count: formatExactCount(tokensPerMinute) })]),
          ...(concurrency === null ? [] : [text('projects.atOnce', { count: formatExactCount(concurrency) })]),
        ];
        return limits.length === 0 ? text('keys.unlimited') : limits.join(', ');
      },
    },
  ];
}

/** The link of the row reaches over all of its cells. */
const ABOVE_ROW = { position: 'relative', color: 'inherit' } as const;

interface ProjectActions {
  /** Null: it may not be changed. */
  readonly onEdit: ((project: Project) => void) | null;
  readonly onBudget: (project: Project) => void;
}

const menuColumn = (text: Text, { onEdit, onBudget }: ProjectActions): Column<Project> => ({
  key: 'actions',
  label: '',
  numeric: true,
  render: (project) => (
    <RowMenu
      label={text('projects.actionsOf', { name: project.name })}
      actions={[
        ...(onEdit === null ? [] : [{ label: text('projects.edit'), onChoose: () => onEdit(project) }]),
        { label: text('budgets.budget'), onChoose: () => onBudget(project) },
      ]}
    />
  ),
});

/** How many live keys each project has. */
function useKeyCounts(): (projectId: string) => number | undefined {
  const { organization } = useScope();
  const { rows } = useList('api-keys', {
    filter: { organizationId: organization.id },
    sort: 'name',
    perPage: MAX_PAGE_SIZE,
  });
  return (projectId) => rows?.filter(({ projectId: of, revokedAt }) => of === projectId && revokedAt === null).length;
}
