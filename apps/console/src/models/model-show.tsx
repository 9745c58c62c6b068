import { Box, Button } from '@mui/material';
import { isTokenMeter, METERS } from '@tollgate/domain';
import type { CurrentPrice, Model, MoneyAmount } from '@tollgate/wire';
import { Link, useParams } from 'react-router-dom';
import { useOperation } from '../api/use-operation.js';
import { formatExactCount } from '../figures/format-quantities.js';
import { Count, Money, Mono, NOTHING } from '../figures/figures.js';
import { SimulatedTag } from '../figures/simulated-tag.js';
import { UnitPrice } from '../figures/unit-price.js';
import { useText, type Text } from '../i18n/use-text.js';
import { CopyText } from '../page/copy-text.js';
import { DataTable } from '../page/data-table.js';
import { ErrorNotice } from '../page/error-notice.js';
import { Facts } from '../page/facts.js';
import { Page } from '../page/page.js';
import { PageSkeleton } from '../page/page-skeleton.js';
import { Panel } from '../page/panel.js';
import { useScope } from '../url/scope.js';
import { useLinkTo } from '../url/use-url-state.js';
import { SAMPLE, sampleCost } from './model-prices.js';
import { isSimulated } from './usable-models.js';

export default function ModelShow() {
  const { id = '' } = useParams();
  const { organization } = useScope();
  const { data, error, refetch } = useOperation('readModel', {
    params: { modelId: id },
    query: { organizationId: organization.id },
  });
  if (data !== undefined) return <ModelPage model={data} />;
  if (error === null) return <PageSkeleton />;
  return (
    <Page title={id}>
      <ErrorNotice error={error} onRetry={() => void refetch()} />
    </Page>
  );
}

function ModelPage({ model }: { readonly model: Model }) {
  const text = useText();
  const linkTo = useLinkTo();
  const name = model.deployedAs.find((called) => !called.includes('*'));
  return (
    <Page
      title={model.displayName}
      subtitle={
        <>
          {model.provider} {isSimulated(model) && <SimulatedTag />}
        </>
      }
      actions={
        name !== undefined && (
          <Button variant="outlined" component={Link} to={linkTo('/requests', { model: name })}>
            {text('models.requests')}
          </Button>
        )
      }
    >
      <Box
        sx={{
          display: 'grid',
          gap: 4,
          gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 3fr) minmax(0, 2fr)' },
        }}
      >
        <Panel title={text('models.prices')} hint={text('models.pricesHint')} flush>
          <PriceTable prices={model.prices} />
        </Panel>
        <ModelFacts model={model} />
      </Box>
    </Page>
  );
}

function SampleCost({ cost }: { readonly cost: MoneyAmount }) {
  const text = useText();
  return (
    <>
      <Money value={cost} />
      <Box sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>
        {text('models.sampleOf', { input: formatExactCount(SAMPLE.input), output: formatExactCount(SAMPLE.output) })}
      </Box>
    </>
  );
}

function ModelFacts({ model }: { readonly model: Model }) {
  const text = useText();
  const sample = sampleCost(model);
  return (
    <Panel title={text('models.details')}>
      <Facts
        facts={[
          [text('models.id'), <Mono key="id">{model.id}</Mono>],
          [text('models.sample'), sample === null ? NOTHING : <SampleCost key="sample" cost={sample} />],
          [
            text('models.calledAs'),
            model.deployedAs.length === 0
              ? text('models.notDeployed')
              : model.deployedAs.map((name) => (
                  <Box key={name}>
                    <CopyText value={name} />
                  </Box>
                )),
          ],
          [
            text('models.context'),
            model.contextWindow === null ? NOTHING : <Count key="context" value={model.contextWindow} />,
          ],
          [
            text('models.maxOutput'),
            model.maxOutputTokens === null ? NOTHING : <Count key="output" value={model.maxOutputTokens} />,
          ],
          [text('models.knowledge'), model.knowledgeCutoff],
          [text('models.modalities'), `${model.inputModalities.join(', ')} → ${model.outputModalities.join(', ')}`],
          [text('models.features'), model.features.length === 0 ? null : model.features.join(', ')],
        ]}
      />
    </Panel>
  );
}

function PriceTable({ prices }: { readonly prices: readonly CurrentPrice[] }) {
  const text = useText();
  return (
    <DataTable
      label={text('models.prices')}
      rows={prices.toSorted((a, b) => METERS.indexOf(a.meter) - METERS.indexOf(b.meter))}
      rowKey={({ id }) => id}
      empty={<Box sx={{ px: 4, pb: 4, color: 'text.secondary' }}>{text('models.noPrices')}</Box>}
      columns={[
        { key: 'meter', label: text('models.meter'), render: ({ meter }) => text(`vocabulary.meter.${meter}`) },
        { key: 'holds', label: text('models.holdsFor'), from: 'sm', render: (price) => conditionsOf(price, text) },
        {
          key: 'list',
          label: text('models.list'),
          numeric: true,
          from: 'sm',
          render: (price) => <UnitPrice amount={price.listAmount} per={price.per} meter={price.meter} />,
        },
        {
          key: 'billed',
          label: text('models.billed'),
          numeric: true,
          render: (price) => <UnitPrice amount={price.billedAmount} per={price.per} meter={price.meter} />,
        },
      ]}
    />
  );
}

function conditionsOf({ meter, serviceTier, region, fromTokens, timeWindow }: CurrentPrice, text: Text): string {
  const conditions = [
    ...(serviceTier === '*' ? [] : [text('models.tier', { tier: serviceTier })]),
    ...(region === '*' ? [] : [text('models.region', { region })]),
    ...(fromTokens === 0 ? [] : [text('models.fromTokens', { tokens: formatExactCount(fromTokens) })]),
    ...(timeWindow === '*' ? [] : [text('models.window', { window: timeWindow })]),
  ];
  if (conditions.length > 0) return conditions.join(', ');
  // tokens cost something else at each service tier, searches do not
  return text(isTokenMeter(meter) ? 'models.ordinary' : 'models.always');
}
