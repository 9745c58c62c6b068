import { Button } from '@mui/material';
import { Link } from 'react-router-dom';
import { useText } from '../i18n/use-text.js';
import { useLinkTo } from '../url/use-url-state.js';
import { EmptyNotice } from './empty-notice.js';
import { Page } from './page.js';

export function NoSuchPage() {
  const text = useText();
  const linkTo = useLinkTo();
  return (
    <Page title={text('page.noSuchPage')}>
      <EmptyNotice
        title={text('page.noSuchPage')}
        action={
          <Button variant="contained" component={Link} to={linkTo('/')}>
            {text('page.toOverview')}
          </Button>
        }
      >
        {text('page.noSuchPageHint')}
      </EmptyNotice>
    </Page>
  );
}
