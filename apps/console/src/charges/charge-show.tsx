import { Alert } from '@mui/material';
import type { ChargeExplanation } from '@tollgate/wire';
import { useParams } from 'react-router-dom';
import { useOperation } from '../api/use-operation.js';
import { useText } from '../i18n/use-text.js';
import { ErrorNotice } from '../page/error-notice.js';
import { Page } from '../page/page.js';
import { PageSkeleton } from '../page/page-skeleton.js';
import { useUrlState } from '../url/use-url-state.js';
import { ExplainedRequestPage } from './explained-request-page.js';
import { ExplainedTransactionPage } from './explained-transaction-page.js';

const ROWS = '25';

/** From a request, a rated line, a ledger transaction or an entry to all the others. */
export default function ChargeShow() {
  const { id = '' } = useParams();
  const text = useText();
  const { get } = useUrlState();
  const after = get('after');
  const query = { limit: ROWS, ...(after === null ? {} : { cursor: after }) };
  const { data, error, refetch } = useOperation(
    'explainCharge',
    { params: { subjectId: id }, query },
    { keepPrevious: after !== null },
  );
  if (data !== undefined) return <Explanation explanation={data} />;
  if (error === null) return <PageSkeleton />;
  return (
    <Page title={text('charges.explain')} subtitle={id}>
      <ErrorNotice error={error} onRetry={() => void refetch()} />
    </Page>
  );
}

function Explanation({ explanation: { subject, request, transaction } }: { readonly explanation: ChargeExplanation }) {
  const text = useText();
  return (
    <>
      {!subject.isCurrent && (
        <Alert severity="info" sx={{ mx: 6, mt: 4 }}>
          {text('charges.superseded', { id: subject.id })}
        </Alert>
      )}
      {request !== null && <ExplainedRequestPage request={request} lineId={subject.id} />}
      {transaction !== null && <ExplainedTransactionPage transaction={transaction} />}
    </>
  );
}
