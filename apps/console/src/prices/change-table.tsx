import { Button } from '@mui/material';
import type { PriceBookDraft, PriceDraftChanges } from '@tollgate/wire';
import type { ReactNode } from 'react';
import { useNotify } from 'react-admin';
import { useOperation } from '../api/use-operation.js';
import { NOTHING } from '../figures/figures.js';
import { UnitPrice } from '../figures/unit-price.js';
import { useText, type Text } from '../i18n/use-text.js';
import { DataTable } from '../page/data-table.js';
import { EmptyNotice } from '../page/empty-notice.js';
import type { SaveChanges } from './draft-show.js';
import { percentText, priceConditions, ruleSubject, Terms } from './price-words.js';

interface ChangeRow {
  readonly key: string;
  readonly what: string;
  readonly subject: ReactNode;
  readonly conditions: string;
  readonly value: ReactNode;
  readonly without: PriceDraftChanges;
}

interface ChangeTableProps {
  readonly draft: PriceBookDraft;
  /** Null: nothing can be undone any more. */
  readonly onChange: SaveChanges | null;
}

/** What a draft changes, row by row; each can be undone. */
export function ChangeTable({ draft, onChange }: ChangeTableProps) {
  const text = useText();
  const notify = useNotify();
  const ended = useEnded(draft);
  const undo = ({ without }: ChangeRow): void => {
    void onChange?.(without).then(
      () => notify(text('prices.saved'), { type: 'success' }),
      (error: Error) => notify(error.message, { type: 'error' }),
    );
  };
  const columns = [
    { key: 'what', label: text('prices.change'), render: ({ what }: ChangeRow) => what },
    { key: 'subject', label: text('prices.owner'), render: ({ subject }: ChangeRow) => subject },
    {
      key: 'conditions',
      label: text('prices.tier'),
      from: 'md' as const,
      render: ({ conditions }: ChangeRow) => conditions,
    },
    { key: 'value', label: text('prices.price'), numeric: true, render: ({ value }: ChangeRow) => value },
    ...(onChange === null
      ? []
      : [
          {
            key: 'undo',
            label: '',
            render: (row: ChangeRow) => (
              <Button size="small" onClick={() => undo(row)}>
                {text('prices.undo')}
              </Button>
            ),
          },
        ]),
  ];
  return (
    <DataTable
      label={text('prices.changes')}
      columns={columns}
      rows={changeRows(draft.changes, ended, text)}
      rowKey={({ key }) => key}
      empty={<EmptyNotice title={text('prices.noChanges')}>{text('prices.noChangesHint')}</EmptyNotice>}
    />
  );
}

interface Ended {
  readonly price: (id: string) => string;
  readonly rule: (id: string) => string;
}

/** In words what a draft ends, which it names by ids only. */
function useEnded({ priceBookId, changes }: PriceBookDraft): Ended {
  const text = useText();
  const [first] = changes.endPrices;
  const price = useOperation(
    'readPrice',
    { params: { priceBookId, priceId: first ?? '' } },
    { enabled: first !== undefined },
  );
  const rules = useOperation('listPriceRules', { params: { priceBookId } }, { enabled: changes.endRules.length > 0 });
  return {
    price: (id) =>
      price.data?.id === id
        ? `${price.data.provider} · ${price.data.model} · ${text(`vocabulary.meter.${price.data.meter}`)}`
        : id,
    rule: (id) => {
      const rule = rules.data?.data.find((one) => one.id === id);
      return rule === undefined ? id : ruleSubject(rule, text);
    },
  };
}

function changeRows(changes: PriceDraftChanges, ended: Ended, text: Text): ChangeRow[] {
  const { setPrices, endPrices, setRules, endRules, markupBasisPoints, platformFeeBasisPoints, ...rest } = changes;
  const terms = {
    ...(markupBasisPoints === undefined ? {} : { markupBasisPoints }),
    ...(platformFeeBasisPoints === undefined ? {} : { platformFeeBasisPoints }),
  };
  const all = { ...rest, setPrices, endPrices, setRules, endRules, ...terms };
  const without = <T,>(rows: readonly T[], index: number): T[] => rows.filter((_, at) => at !== index);
  return [
    ...setPrices.map((price, index) => ({
      key: `price ${index}`,
      what: text('prices.setsPrice'),
      subject: `${price.provider} · ${price.model} · ${text(`vocabulary.meter.${price.meter}`)}`,
      conditions: priceConditions(price),
      value: <UnitPrice amount={{ amount: price.amount, currency: 'USD' }} per={price.per} meter={price.meter} />,
      without: { ...all, setPrices: without(setPrices, index) },
    })),
    ...endPrices.map((id, index) => ({
      key: id,
      what: text('prices.endsPrice'),
      subject: ended.price(id),
      conditions: NOTHING,
      value: NOTHING,
      without: { ...all, endPrices: without(endPrices, index) },
    })),
    ...setRules.map((rule, index) => ({
      key: `rule ${index}`,
      what: text('prices.setsRule'),
      subject: ruleSubject(rule, text),
      conditions: NOTHING,
      value: percentText(rule.basisPoints),
      without: { ...all, setRules: without(setRules, index) },
    })),
    ...endRules.map((id, index) => ({
      key: id,
      what: text('prices.endsRule'),
      subject: ended.rule(id),
      conditions: NOTHING,
      value: NOTHING,
      without: { ...all, endRules: without(endRules, index) },
    })),
    ...termRows(all, text),
  ];
}

function termRows(changes: PriceDraftChanges, text: Text): ChangeRow[] {
  const { markupBasisPoints, platformFeeBasisPoints, ...rest } = changes;
  const markup = markupBasisPoints === undefined ? {} : { markupBasisPoints };
  const fee = platformFeeBasisPoints === undefined ? {} : { platformFeeBasisPoints };
  const row = { what: text('prices.setsTerms'), conditions: NOTHING };
  return [
    ...(markupBasisPoints === undefined
      ? []
      : [
          {
            ...row,
            key: 'markup',
            subject: text('prices.markup'),
            value: <Terms basisPoints={markupBasisPoints} />,
            without: { ...rest, ...fee },
          },
        ]),
    ...(platformFeeBasisPoints === undefined
      ? []
      : [
          {
            ...row,
            key: 'fee',
            subject: text('prices.fee'),
            value: <Terms basisPoints={platformFeeBasisPoints} signed={false} />,
            without: { ...rest, ...markup },
          },
        ]),
  ];
}
