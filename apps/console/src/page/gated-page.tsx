import { Box } from '@mui/material';
import type { OperationId } from '@tollgate/wire';
import type { ComponentType, ReactElement } from 'react';
import { useText } from '../i18n/use-text.js';
import { useMe } from '../session/use-me.js';
import { EmptyNotice } from './empty-notice.js';

/** A page for those who may call the operation that it is made from; others are told so. */
export function gatedPage(operation: OperationId, Page: ComponentType): () => ReactElement {
  return function GatedPage() {
    const { mayCall } = useMe();
    return mayCall(operation) ? <Page /> : <NotForYou />;
  };
}

function NotForYou() {
  const text = useText();
  const { role } = useMe();
  return (
    <Box role="alert">
      <EmptyNotice title={text('page.forbidden')}>
        {role === null ? text('page.forbiddenHint') : text('page.forbiddenRole', { role: text(`roles.${role}`) })}
      </EmptyNotice>
    </Box>
  );
}
