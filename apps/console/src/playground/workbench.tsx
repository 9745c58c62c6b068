import { Box, Button, Stack } from '@mui/material';
import type { Project } from '@tollgate/wire';
import { type ReactNode, useRef, useState } from 'react';
import { Link } from 'react-router-dom';
import { useText } from '../i18n/use-text.js';
import type { UsableModel } from '../models/usable-models.js';
import { EmptyNotice } from '../page/empty-notice.js';
import { Page } from '../page/page.js';
import { Panel } from '../page/panel.js';
import { useLinkTo } from '../url/use-url-state.js';
import { CodeDialog } from './code-dialog.js';
import { Composer } from './composer.js';
import type { Turn } from './conversation.js';
import { ModelChoice } from './model-choice.js';
import { SettingsForm } from './settings-form.js';
import { TurnView } from './turn-view.js';
import { useConversation } from './use-conversation.js';
import { usePlaygroundUrl } from './use-playground-url.js';
import { useRequest } from './use-request.js';

interface WorkbenchProps {
  readonly models: readonly UsableModel[];
  readonly project: Project;
}

/** The request on one side, what was said on the other. */
export function Workbench({ models, project }: WorkbenchProps) {
  const { chosen, dialect, choose } = usePlaygroundUrl(models);
  const { turns, isRunning, ask, stop, clear } = useConversation();
  const request = useRequest({ projectId: project.id, chosen, dialect, turns });
  const text = useText();
  const field = useRef<HTMLTextAreaElement>(null);
  const { body, question, secretOf } = request;
  const maySend = request.isAsked && !isRunning && body !== null;
  const send = (): void => {
    if (body === null || chosen === null) return;
    request.clearQuestion();
    field.current?.focus();
    void ask({ question, dialect, model: chosen.name, body, secretOf });
  };
  return (
    <Page
      title={text('playground.title')}
      subtitle={<Lead keyId={request.keyId} />}
      actions={
        <>
          {body !== null && <CodeButton dialect={dialect} body={body} />}
          <Button variant="outlined" disabled={turns.length === 0} onClick={clear}>
            {text('playground.clear')}
          </Button>
        </>
      }
    >
      <Box sx={COLUMNS}>
        <Panel title={text('playground.settings')}>
          <Stack sx={{ gap: 4, pt: 1 }}>
            <ModelChoice models={models} chosen={chosen} onChoose={(model) => choose({ model })} />
            <SettingsForm
              draft={request.settings}
              onChange={request.changeSettings}
              dialect={dialect}
              onDialect={(next) => choose({ dialect: next })}
              chosen={chosen}
            />
          </Stack>
        </Panel>
        <ConversationPanel turns={turns} secretOf={secretOf}>
          <Composer
            draft={question}
            onDraft={request.setQuestion}
            isRunning={isRunning}
            maySend={maySend}
            onSend={send}
            onStop={stop}
            field={field}
          />
        </ConversationPanel>
      </Box>
    </Page>
  );
}

interface ConversationPanelProps {
  readonly turns: readonly Turn[];
  readonly secretOf: () => Promise<string>;
  readonly children: ReactNode;
}

function ConversationPanel({ turns, secretOf, children }: ConversationPanelProps) {
  const text = useText();
  return (
    <Panel title={text('playground.conversation')}>
      {turns.length === 0 && (
        <EmptyNotice title={text('playground.emptyTitle')}>{text('playground.empty')}</EmptyNotice>
      )}
      {turns.map((turn) => (
        <TurnView key={turn.id} turn={turn} secretOf={secretOf} />
      ))}
      <Box sx={{ pt: 4, borderTop: '1px solid', borderColor: 'divider' }}>{children}</Box>
    </Panel>
  );
}

function CodeButton(request: Pick<Parameters<typeof CodeDialog>[0], 'dialect' | 'body'>) {
  const text = useText();
  const [isShown, setShown] = useState(false);
  return (
    <>
      <Button variant="outlined" onClick={() => setShown(true)}>
        {text('playground.showCode')}
      </Button>
      {isShown && <CodeDialog {...request} onClose={() => setShown(false)} />}
    </>
  );
}

function Lead({ keyId }: { readonly keyId: string | null }) {
  const text = useText();
  const linkTo = useLinkTo();
  return (
    <>
      {text('playground.lead')}{' '}
      {keyId !== null && (
        <Box component={Link} to={linkTo(`/keys/${keyId}/show`)} sx={{ color: 'primary.main' }}>
          {text('playground.toKey')}
        </Box>
      )}
    </>
  );
}

const COLUMNS = {
  display: 'grid',
  gap: 4,
  alignItems: 'start',
  gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'minmax(260px, 1fr) minmax(0, 3fr)' },
} as const;
