import { Box } from '@mui/material';
import { Fragment, type ReactNode } from 'react';

interface FactsProps {
  /** Name and value; what is null is not said. */
  readonly facts: readonly (readonly [string, ReactNode])[];
}

export function Facts({ facts }: FactsProps) {
  return (
    <Box component="dl" sx={LIST}>
      {facts
        .filter(([, value]) => value !== null)
        .map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
    </Box>
  );
}

const LIST = {
  display: 'grid',
  gridTemplateColumns: 'minmax(110px, 2fr) minmax(0, 3fr)',
  rowGap: 2,
  columnGap: 4,
  m: 0,
  fontSize: '0.8125rem',
  '& dt': { color: 'text.secondary' },
  '& dd': { m: 0, overflowWrap: 'anywhere' },
  '& a': { color: 'primary.main' },
} as const;
