import { Button, MenuItem, Stack, TextField } from '@mui/material';
import { OUTCOMES } from '@tollgate/domain';
import { useKeyNames } from '../api/use-key-names.js';
import { useOperation } from '../api/use-operation.js';
import { useText } from '../i18n/use-text.js';
import { useScope } from '../url/scope.js';
import { useUrlState } from '../url/use-url-state.js';
import { FAILED, type FilterName, useRequestFilter } from './use-request-filter.js';

interface Choice {
  readonly value: string;
  readonly label: string;
}

const plainly = (values: readonly string[]): readonly Choice[] => values.map((value) => ({ value, label: value }));

/** What the list is narrowed to; the choices are those that the range has. */
export function RequestFilters() {
  const text = useText();
  const { organization } = useScope();
  const { isFiltered, clear } = useRequestFilter();
  const { keys } = useKeyNames(organization.id);
  return (
    <Stack direction="row" sx={{ gap: 2, flexWrap: 'wrap', mb: 4, alignItems: 'center' }}>
      <Filter name="model" label={text('requests.model')} choices={plainly(useSeen('model'))} />
      <Filter name="provider" label={text('requests.provider')} choices={plainly(useSeen('provider'))} />
      <Filter
        name="key"
        label={text('requests.key')}
        choices={keys.map(({ id, name }) => ({ value: id, label: name }))}
      />
      <Filter
        name="outcome"
        label={text('requests.outcome')}
        choices={[
          { value: FAILED, label: text('requests.failedOnly') },
          ...OUTCOMES.map((outcome) => ({ value: outcome, label: text(`vocabulary.outcome.${outcome}`) })),
        ]}
      />
      {isFiltered && <Button onClick={clear}>{text('page.clear')}</Button>}
    </Stack>
  );
}

interface FilterProps {
  readonly name: FilterName;
  readonly label: string;
  readonly choices: readonly Choice[];
}

const ALL = '';

function Filter({ name, label, choices }: FilterProps) {
  const text = useText();
  const { get, set } = useUrlState();
  const value = get(name) ?? ALL;
  const known = value === ALL || choices.some((choice) => choice.value === value);
  return (
    <TextField
      select
      label={label}
      value={value}
      onChange={({ target }) => set({ [name]: target.value })}
      sx={{ width: { xs: 'calc(50% - 4px)', sm: 180 } }}
      slotProps={{ inputLabel: { shrink: true }, select: { displayEmpty: true } }}
    >
      <MenuItem value={ALL}>{text('page.all')}</MenuItem>
      {!known && <MenuItem value={value}>{value}</MenuItem>}
      {choices.map((choice) => (
        <MenuItem key={choice.value} value={choice.value}>
          {choice.label}
        </MenuItem>
      ))}
    </TextField>
  );
}

/** The models or providers that the range has requests of, most asked for first. */
function useSeen(dimension: 'model' | 'provider'): readonly string[] {
  const { organization, range, zone } = useScope();
  const { data } = useOperation('readUsage', {
    query: {
      measure: 'requests',
      by: dimension,
      from: range.from,
      to: range.to,
      zone,
      organizationId: organization.id,
    },
  });
  return (
    (data?.series ?? [])
      .toSorted((a, b) => Number(b.total['requests']) - Number(a.total['requests']))
      .flatMap(({ key }) => key[dimension] ?? [])
      // of requests that were refused before it was known
      .filter((name) => name !== '')
  );
}
