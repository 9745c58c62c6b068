import type { Route } from '@tollgate/wire';
import { formatExactCount } from '../figures/format-quantities.js';
import { useText, type Text } from '../i18n/use-text.js';
import { DataTable } from '../page/data-table.js';

type Target = Route['targets'][number];

/** What the name means, and for which requests. */
export function TargetTable({ targets }: { readonly targets: readonly Target[] }) {
  const text = useText();
  const rows = targets.map((target, index) => ({ ...target, index }));
  return (
    <DataTable
      label={text('routes.targets')}
      rows={rows}
      rowKey={({ index }) => String(index)}
      empty={null}
      columns={[
        { key: 'model', label: text('routes.model'), render: ({ model }) => model },
        {
          key: 'provider',
          label: text('routes.provider'),
          from: 'sm',
          render: ({ provider }) => provider ?? text('routes.anyProvider'),
        },
        { key: 'when', label: text('routes.condition'), render: ({ when }) => conditionWords(text, when) },
        { key: 'weight', label: text('routes.weight'), numeric: true, render: ({ weight }) => weight ?? 1 },
      ]}
    />
  );
}

function conditionWords(text: Text, when: Target['when']): string {
  if (when === undefined) return text('routes.always');
  const { minInputTokens, maxInputTokens, tags } = when;
  return [
    ...(minInputTokens === undefined ? [] : [text('routes.from', { count: formatExactCount(minInputTokens) })]),
    ...(maxInputTokens === undefined ? [] : [text('routes.upTo', { count: formatExactCount(maxInputTokens) })]),
    ...(tags === undefined ? [] : [text('routes.withTags', { tags: tags.join(', ') })]),
  ].join(', ');
}
