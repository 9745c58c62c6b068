import { Box } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import type { Route } from '@tollgate/wire';
import { useNotify } from 'react-admin';
import { useNavigate } from 'react-router-dom';
import { callOperation } from '../api/call-operation.js';
import { useOperation } from '../api/use-operation.js';
import { useText } from '../i18n/use-text.js';
import { useUsableModels } from '../models/usable-models.js';
import { Question } from '../page/question.js';
import { useScope } from '../url/scope.js';
import { readTimeRange } from '../url/time-range.js';
import { useMinute } from '../url/use-minute.js';
import { useLinkTo } from '../url/use-url-state.js';

interface DeleteRouteProps {
  readonly route: Route;
  readonly onClose: () => void;
}

/** Names what no longer works without the route. */
export function DeleteRoute({ route: { id, name }, onClose }: DeleteRouteProps) {
  const text = useText();
  const linkTo = useLinkTo();
  const notify = useNotify();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const used = useRequestsOf(name);
  const { isOfUse, isPending } = useUsableModels();
  const remove = async (): Promise<void> => {
    await callOperation('deleteRoute', { params: { routeId: id } });
    void navigate(linkTo('/routes'));
    // the page that is being left would ask for what is gone
    await queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'readRoute' });
    notify(text('routes.deleted', { name }), { type: 'success' });
  };
  return (
    <Question
      title={text('routes.deleteTitle', { name })}
      action={text('routes.delete')}
      isDestructive
      onConfirm={remove}
      onClose={onClose}
    >
      <Box component="p" sx={{ mt: 0, fontWeight: 500 }}>
        {used === undefined ? '…' : text('routes.deleteUsed', { smart_count: used })}
      </Box>
      <Box component="p" sx={{ m: 0, color: 'text.secondary' }}>
        {isPending ? '…' : text(isOfUse(name) ? 'routes.deleteServed' : 'routes.deleteRefused', { name })}
      </Box>
    </Question>
  );
}

/** Requests of the last 30 days that named the model; undefined while it is not known. */
function useRequestsOf(model: string): number | undefined {
  const { organization, zone } = useScope();
  const now = useMinute();
  const { from, to } = readTimeRange('30d', zone, now);
  const { data } = useOperation('readUsage', {
    query: { organizationId: organization.id, measure: 'requests', model, from, to, zone },
  });
  const total = data?.total?.['requests'];
  return typeof total === 'number' ? total : undefined;
}
