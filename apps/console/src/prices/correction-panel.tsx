import { Button, Stack } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import type { PriceCorrection } from '@tollgate/wire';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useNavigate } from 'react-router-dom';
import { callOperation } from '../api/call-operation.js';
import { useOperation } from '../api/use-operation.js';
import { Ago } from '../figures/figures.js';
import { FormDialog } from '../forms/form-dialog.js';
import { FormField } from '../forms/form-field.js';
import { useSubmit } from '../forms/use-submit.js';
import { useText } from '../i18n/use-text.js';
import { DataTable } from '../page/data-table.js';
import { EmptyNotice } from '../page/empty-notice.js';
import { Panel } from '../page/panel.js';
import { useMe } from '../session/use-me.js';
import { useLinkTo } from '../url/use-url-state.js';
import { useNames } from './price-words.js';

/** What was rated by a wrong price, and what came of it. */
export function CorrectionPanel() {
  const text = useText();
  const linkTo = useLinkTo();
  const nameOf = useNames();
  const { mayCall } = useMe();
  const [isAsking, setAsking] = useState(false);
  const { data, error, refetch } = useOperation('listPriceCorrections', { query: { limit: '50' } });
  const scopeOf = ({ organizationId, provider, model }: PriceCorrection): string => {
    const parts = [organizationId === null ? null : nameOf(organizationId), provider, model].filter(
      (part) => part !== null,
    );
    return parts.length === 0 ? text('prices.everything') : parts.join(' · ');
  };
  const columns = [
    { key: 'reason', label: text('prices.reason'), render: ({ reason }: PriceCorrection) => reason },
    { key: 'scope', label: text('prices.owner'), from: 'sm' as const, render: scopeOf },
    {
      key: 'state',
      label: text('prices.state'),
      render: ({ state }: PriceCorrection) => text(`prices.correctionState.${state}`),
    },
    {
      key: 'at',
      label: text('prices.changed'),
      from: 'sm' as const,
      render: ({ requestedAt }: PriceCorrection) => <Ago instant={requestedAt} />,
    },
  ];
  const action = mayCall('createPriceCorrection') && (
    <Button variant="contained" onClick={() => setAsking(true)}>
      {text('prices.correct')}
    </Button>
  );
  return (
    <Panel title={text('prices.corrections')} actions={action} flush>
      <DataTable
        label={text('prices.corrections')}
        columns={columns}
        rows={data?.data}
        rowKey={({ id }) => id}
        rowHref={({ id }) => linkTo(`/price-corrections/${id}/show`)}
        error={error}
        onRetry={() => void refetch()}
        empty={<EmptyNotice title={text('prices.noCorrections')}>{text('prices.noCorrectionsHint')}</EmptyNotice>}
      />
      {isAsking && <CorrectionDialog onClose={() => setAsking(false)} />}
    </Panel>
  );
}

interface CorrectionFields {
  readonly from: string;
  readonly to: string;
  readonly provider: string;
  readonly model: string;
  readonly reason: string;
}

const MONTH_MS = 30 * 86_400_000;
const MINUTE_MS = 60_000;
/** As the browser's field of a date and a time takes it, in the zone of this device. */
const LOCAL_MINUTE = 16;

function localMinute(ms: number): string {
  const at = new Date(ms);
  return new Date(ms - at.getTimezoneOffset() * MINUTE_MS).toISOString().slice(0, LOCAL_MINUTE);
}

function CorrectionDialog({ onClose }: { readonly onClose: () => void }) {
  const text = useText();
  const navigate = useNavigate();
  const linkTo = useLinkTo();
  const queryClient = useQueryClient();
  const [now] = useState(() => Date.now());
  const form = useForm<CorrectionFields>({
    defaultValues: {
      from: localMinute(now - MONTH_MS),
      to: localMinute(now + MINUTE_MS),
      provider: '',
      model: '',
      reason: '',
    },
  });
  const { error, submit } = useSubmit(form, async ({ from, to, provider, model, reason }) => {
    const scope = { provider: provider === '' ? null : provider, model: model === '' ? null : model };
    const body = { from: new Date(from).toISOString(), to: new Date(to).toISOString(), ...scope, reason };
    const { id } = await callOperation('createPriceCorrection', { body });
    await queryClient.invalidateQueries();
    await navigate(linkTo(`/price-corrections/${id}/show`));
  });
  const instant = { type: 'datetime-local', slotProps: { inputLabel: { shrink: true } } } as const;
  return (
    <FormDialog
      title={text('prices.correctTitle')}
      action={text('prices.compute')}
      error={error}
      isSubmitting={form.formState.isSubmitting}
      submit={submit}
      onClose={onClose}
    >
      <FormField
        form={form}
        name="reason"
        label={text('prices.reason')}
        hint={text('prices.correctLead')}
        autoFocus
        rules={{ required: text('prices.required') }}
      />
      <Stack direction={{ xs: 'column', sm: 'row' }} sx={{ gap: 3, '& > *': { flex: 1 } }}>
        <FormField form={form} name="from" label={text('prices.from')} {...instant} />
        <FormField form={form} name="to" label={text('prices.to')} {...instant} />
      </Stack>
      <Stack direction={{ xs: 'column', sm: 'row' }} sx={{ gap: 3, '& > *': { flex: 1 } }}>
        <FormField form={form} name="provider" label={text('prices.provider')} hint={text('prices.emptyIsAll')} />
        <FormField form={form} name="model" label={text('prices.model')} hint={text('prices.emptyIsAll')} />
      </Stack>
    </FormDialog>
  );
}
