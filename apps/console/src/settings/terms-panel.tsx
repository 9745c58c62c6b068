import type { Organization, Plan } from '@tollgate/wire';
import type { ReactNode } from 'react';
import { useOperation } from '../api/use-operation.js';
import { formatMoney } from '../figures/format-money.js';
import { useText, type Text } from '../i18n/use-text.js';
import { CopyText } from '../page/copy-text.js';
import { Facts } from '../page/facts.js';
import { Panel } from '../page/panel.js';
import { limitWords } from '../plans/limit-words.js';

/** What the operator has set for the organization: its plan above all. */
export function TermsPanel({ organization }: { readonly organization: Organization }) {
  const text = useText();
  const { planId } = organization;
  const request = { params: { planId: planId ?? '' } };
  const { data: plan } = useOperation('readPlan', request, { enabled: planId !== null });
  return (
    <Panel title={text('settings.terms')} hint={text('settings.termsHint')}>
      <Facts
        facts={[
          [text('settings.id'), <CopyText key="id" value={organization.id} />],
          [text('settings.slug'), organization.slug],
          [text('settings.currency'), organization.billingCurrency],
          [text('settings.billing'), text(`settings.${organization.billingMode}`)],
          ...(planId === null ? [[text('settings.plan'), text('settings.noPlan')] as const] : planFacts(plan, text)),
        ]}
      />
    </Panel>
  );
}

function planFacts(plan: Plan | undefined, text: Text): readonly (readonly [string, ReactNode])[] {
  const told = (value: (known: Plan) => string): string => (plan === undefined ? '…' : value(plan));
  return [
    [text('settings.plan'), told(({ name }) => name)],
    [text('settings.fee'), told(({ platformFee }) => formatMoney(platformFee))],
    [text('settings.credit'), told(({ includedCredit }) => formatMoney(includedCredit))],
    [text('settings.planLimits'), told((known) => limitWords(known, text))],
  ];
}
