import { Box } from '@mui/material';
import type { Organization } from '@tollgate/wire';
import type { ReactNode } from 'react';
import { formatExactCount } from '../figures/format-quantities.js';
import type { Text } from '../i18n/use-text.js';

/** A ladder in words, a line for each step; null where there is none. */
export function ladderWords(ladder: Organization['budgetLadder'], text: Text): ReactNode {
  if (ladder.length === 0) return null;
  return ladder.map((rung) => (
    <Box key={`${rung.percent} ${rung.action}`}>
      {rung.action === 'throttle'
        ? text('budgets.rung.throttle', { percent: rung.percent, count: formatExactCount(rung.requestsPerMinute) })
        : text(`budgets.rung.${rung.action}`, { percent: rung.percent })}
    </Box>
  ));
}
