import { Button, MenuItem } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import type { PriceBook } from '@tollgate/wire';
import { useState } from 'react';
import { useNotify } from 'react-admin';
import { useForm } from 'react-hook-form';
import { callOperation } from '../api/call-operation.js';
import { useOperation } from '../api/use-operation.js';
import { Ago } from '../figures/figures.js';
import { FormDialog } from '../forms/form-dialog.js';
import { FormField } from '../forms/form-field.js';
import { useSubmit } from '../forms/use-submit.js';
import { useText, type Text } from '../i18n/use-text.js';
import { DataTable } from '../page/data-table.js';
import { EmptyNotice } from '../page/empty-notice.js';
import { Panel } from '../page/panel.js';
import { useMe } from '../session/use-me.js';
import { useLinkTo } from '../url/use-url-state.js';
import { chainOf, Terms, useNames } from './price-words.js';

const LIMIT = '200';

export function BookPanel() {
  const text = useText();
  const linkTo = useLinkTo();
  const nameOf = useNames();
  const { mayCall } = useMe();
  const [isCreating, setCreating] = useState(false);
  const { data, error, refetch } = useOperation('listPriceBooks', { query: { limit: LIMIT } });
  const books = data?.data;
  const create = mayCall('createPriceBook') && (
    <Button variant="contained" onClick={() => setCreating(true)}>
      {text('prices.create')}
    </Button>
  );
  const columns = columnsOf(text, { nameOf, books: books ?? [] });
  return (
    <Panel title={text('prices.books')} hint={text('prices.chain')} actions={create} flush>
      <DataTable
        label={text('prices.books')}
        columns={columns}
        rows={books}
        rowKey={({ id }) => id}
        rowHref={({ id }) => linkTo(`/price-books/${id}/show`)}
        error={error}
        onRetry={() => void refetch()}
        empty={<EmptyNotice title={text('prices.never')}>{text('prices.lead')}</EmptyNotice>}
      />
      {isCreating && <CreateBookDialog onClose={() => setCreating(false)} />}
    </Panel>
  );
}

interface Named {
  readonly nameOf: (id: string) => string;
  readonly books: readonly PriceBook[];
}

function columnsOf(text: Text, { nameOf, books }: Named) {
  return [
    { key: 'name', label: text('prices.name'), render: ({ name }: PriceBook) => name },
    {
      key: 'owner',
      label: text('prices.owner'),
      from: 'sm' as const,
      render: ({ organizationId }: PriceBook) =>
        organizationId === null ? text('prices.everyone') : nameOf(organizationId),
    },
    {
      key: 'chain',
      label: text('prices.parent'),
      from: 'md' as const,
      render: (book: PriceBook) =>
        book.parentId === null
          ? text('prices.end')
          : chainOf(book, books)
              .slice(1)
              .map(({ name }) => `→ ${name}`)
              .join(' '),
    },
    {
      key: 'markup',
      label: text('prices.markup'),
      numeric: true,
      render: ({ markupBasisPoints, parentId }: PriceBook) => (
        <Terms basisPoints={markupBasisPoints} isRoot={parentId === null} />
      ),
    },
    {
      key: 'published',
      label: text('prices.published'),
      from: 'sm' as const,
      render: ({ currentPublication }: PriceBook) =>
        currentPublication === null ? text('prices.never') : <Ago instant={currentPublication.publishedAt} />,
    },
  ];
}

interface BookFields {
  readonly name: string;
  readonly organizationId: string;
}

function CreateBookDialog({ onClose }: { readonly onClose: () => void }) {
  const text = useText();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const organizations = useOperation('listOrganizations', { query: { limit: LIMIT } });
  const form = useForm<BookFields>({ defaultValues: { name: '', organizationId: '' } });
  const { error, submit } = useSubmit(form, async ({ name, organizationId }) => {
    const body = { name, organizationId: organizationId === '' ? null : organizationId };
    await callOperation('createPriceBook', { body });
    await queryClient.invalidateQueries();
    notify(text('prices.created'), { type: 'success' });
    onClose();
  });
  return (
    <FormDialog
      title={text('prices.create')}
      action={text('prices.createAction')}
      error={error}
      isSubmitting={form.formState.isSubmitting}
      submit={submit}
      onClose={onClose}
    >
      <FormField
        form={form}
        name="name"
        label={text('prices.name')}
        autoFocus
        rules={{ required: text('prices.required') }}
      />
      <FormField form={form} name="organizationId" label={text('prices.owner')} select>
        <MenuItem value="">{text('prices.everyone')}</MenuItem>
        {(organizations.data?.data ?? []).map(({ id, name }) => (
          <MenuItem key={id} value={id}>
            {name}
          </MenuItem>
        ))}
      </FormField>
    </FormDialog>
  );
}
