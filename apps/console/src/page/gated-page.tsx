import { Box } from '@mui/material';
import type { OperationId } from '@tollgate/wire';
import type { ComponentType, ReactElement } from 'react';
import { useText } from '../i18n/use-text.js';
import { useMe } from '../session/use-me.js';
import { EmptyNotice } from './empty-notice.js';
import { Frame } from './frame.js';
import { Page } from './page.js';
import { WayButton } from './way-button.js';

/** A page for those who may call the operation that it is made from; others are told so. */
export function gatedPage(operation: OperationId, Content: ComponentType): () => ReactElement {
  return function GatedPage() {
    const { mayCall } = useMe();
    return mayCall(operation) ? <Content /> : <NotForYou />;
  };
}

function NotForYou() {
  const text = useText();
  const { role } = useMe();
  return (
    <Box role="alert">
      <Page title={text('page.forbidden')}>
        <Frame>
          <EmptyNotice
            title={role === null ? text('page.notAllowed') : text('page.yourRole', { role: text(`roles.${role}`) })}
            action={
              <WayButton to="/" operation="readUsage" variant="outlined">
                {text('page.toOverview')}
              </WayButton>
            }
          >
            {text('page.forbiddenHint')}
          </EmptyNotice>
        </Frame>
      </Page>
    </Box>
  );
}
