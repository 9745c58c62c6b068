import { Alert, Box, Button, Stack, Tab, Tabs } from '@mui/material';
import type { IssuedApiKey } from '@tollgate/wire';
import { useState } from 'react';
import { Link } from 'react-router-dom';
import { useText } from '../i18n/use-text.js';
import { outputCapFieldOf } from '../models/output-cap-field.js';
import { exampleModel, useUsableModels } from '../models/usable-models.js';
import { CopyButton, CopyText } from '../page/copy-text.js';
import { Page } from '../page/page.js';
import { Panel } from '../page/panel.js';
import { MONO } from '../theme/theme.js';
import { useLinkTo } from '../url/use-url-state.js';
import { FirstRequest } from './first-request.js';
import { SecretTable } from './secret-table.js';
import { type Language, LANGUAGES, snippetOf } from './snippets.js';

interface KeyIssuedProps {
  readonly issued: IssuedApiKey;
  readonly title: string;
}

/** The secret, this once, and what to do with it. */
export function KeyIssued({ issued, title }: KeyIssuedProps) {
  const text = useText();
  const linkTo = useLinkTo();
  return (
    <Page
      title={title}
      subtitle={issued.name}
      actions={
        <Button variant="outlined" component={Link} to={linkTo(`/keys/${issued.id}/show`)}>
          {text('keys.toKey')}
        </Button>
      }
    >
      <Stack sx={{ gap: 4, maxWidth: 820 }}>
        <Box sx={SECRET} data-testid="secret">
          <CopyText value={issued.secret} />
        </Box>
        <Alert severity="warning">{text('keys.secretOnce')}</Alert>
        {issued.secrets.length > 1 && <SecretTable apiKey={issued} />}
        <Panel title={text('keys.tryIt')} flush>
          <Snippets issued={issued} />
        </Panel>
        <FirstRequest apiKeyId={issued.id} since={issued.updatedAt} />
      </Stack>
    </Page>
  );
}

function Snippets({ issued }: { readonly issued: IssuedApiKey }) {
  const text = useText();
  const [language, setLanguage] = useState<Language>('curl');
  const { models, isPending } = useUsableModels();
  const model = exampleModel(models, issued.modelAllowlist);
  if (model === null) {
    return <Box sx={{ px: 4, pb: 4, color: 'text.secondary' }}>{isPending ? '…' : text('keys.noModel')}</Box>;
  }
  const provider = models.find(({ name }) => name === model)?.model.provider ?? '';
  const snippet = snippetOf(language, {
    baseUrl: `${window.location.origin}/v1`,
    secret: issued.secret,
    model,
    capField: outputCapFieldOf(provider),
  });
  return (
    <>
      <Tabs
        value={language}
        onChange={(_event, next: Language) => setLanguage(next)}
        aria-label={text('keys.language')}
        sx={{ px: 2, borderBottom: '1px solid', borderColor: 'divider' }}
      >
        {LANGUAGES.map((name) => (
          <Tab key={name} value={name} label={name} />
        ))}
      </Tabs>
      <Box sx={{ position: 'relative' }}>
        <Box component="pre" tabIndex={0} sx={CODE}>
          {snippet}
        </Box>
        <Box sx={{ position: 'absolute', top: 8, right: 8, bgcolor: 'background.paper', borderRadius: 1 }}>
          <CopyButton value={snippet} />
        </Box>
      </Box>
    </>
  );
}

const SECRET = {
  border: '1px solid',
  borderColor: 'primary.main',
  borderRadius: 1,
  bgcolor: 'background.paper',
  p: 4,
  fontSize: { xs: '0.9375rem', sm: '1.125rem' },
} as const;

const CODE = {
  m: 0,
  p: 4,
  pr: 12,
  fontFamily: MONO,
  fontSize: '0.8125rem',
  lineHeight: 1.6,
  overflowX: 'auto',
} as const;
