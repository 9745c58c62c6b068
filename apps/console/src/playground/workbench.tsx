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
import { ModelChoices } from './model-choices.js';
import { SettingsForm } from './settings-form.js';
import { TurnView } from './turn-view.js';
import { useConversation } from './use-conversation.js';
import { useFollow } from './use-follow.js';
import { usePlaygroundUrl } from './use-playground-url.js';
import { useRequests } from './use-requests.js';

interface WorkbenchProps {
  readonly models: readonly UsableModel[];
  readonly project: Project;
}

/** The request on one side, what was said on the other. */
export function Workbench({ models, project }: WorkbenchProps) {
  const url = usePlaygroundUrl(models);
  const { chosen, dialect } = url;
  const conversation = useConversation();
  const { turns, isRunning } = conversation;
  const next = useRequests({ projectId: project.id, models, chosen, dialect, turns });
  const text = useText();
  const field = useRef<HTMLTextAreaElement>(null);
  const { requests, question } = next;
  const send = (): void => {
    if (requests === null) return;
    next.clearQuestion();
    field.current?.focus();
    conversation.ask({ question, dialect, columns: requests });
  };
  return (
    <Page
      title={text('playground.title')}
      subtitle={<Lead keyId={next.keyId} />}
      actions={
        <>
          {requests !== null && <CodeButton dialect={dialect} requests={requests} />}
          <Button variant="outlined" disabled={turns.length === 0} onClick={conversation.clear}>
            {text('playground.clear')}
          </Button>
        </>
      }
    >
      <Box sx={layoutOf(chosen.length)}>
        <RequestPanel models={models} url={url} next={next} conversation={conversation} />
        <ConversationPanel turns={turns} secretOf={next.secretOf}>
          <Composer
            draft={question}
            onDraft={next.setQuestion}
            isRunning={isRunning}
            maySend={next.isAsked && !isRunning && requests !== null}
            onSend={send}
            onStop={conversation.stop}
            field={field}
          />
        </ConversationPanel>
      </Box>
    </Page>
  );
}

interface RequestPanelProps {
  readonly models: readonly UsableModel[];
  readonly url: ReturnType<typeof usePlaygroundUrl>;
  readonly next: ReturnType<typeof useRequests>;
  readonly conversation: ReturnType<typeof useConversation>;
}

function RequestPanel({ models, url, next, conversation }: RequestPanelProps) {
  const text = useText();
  return (
    <Panel title={text('playground.settings')}>
      <Stack sx={{ gap: 4, pt: 1 }}>
        <ModelChoices
          models={models}
          chosen={url.chosen}
          onChoose={url.chooseModel}
          onAdd={url.addColumn}
          onRemove={(column) => {
            conversation.removeColumn(column);
            url.removeColumn(column);
          }}
          isRunning={conversation.isRunning}
        />
        <SettingsForm
          draft={next.settings}
          onChange={next.changeSettings}
          dialect={url.dialect}
          onDialect={url.chooseDialect}
          chosen={url.chosen}
        />
      </Stack>
    </Panel>
  );
}

interface ConversationPanelProps {
  readonly turns: readonly Turn[];
  readonly secretOf: (model: string) => Promise<string>;
  readonly children: ReactNode;
}

function ConversationPanel({ turns, secretOf, children }: ConversationPanelProps) {
  const text = useText();
  useFollow(turns);
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

function CodeButton(given: Pick<Parameters<typeof CodeDialog>[0], 'dialect' | 'requests'>) {
  const text = useText();
  const [isShown, setShown] = useState(false);
  return (
    <>
      <Button variant="outlined" onClick={() => setShown(true)}>
        {text('playground.showCode')}
      </Button>
      {isShown && <CodeDialog {...given} onClose={() => setShown(false)} />}
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

/** Answers side by side need the room more than the settings do. */
const layoutOf = (columns: number) => ({
  display: 'grid',
  gap: 4,
  alignItems: 'start',
  gridTemplateColumns: {
    xs: 'minmax(0, 1fr)',
    md: columns === 1 ? 'minmax(260px, 1fr) minmax(0, 3fr)' : 'minmax(260px, 1fr) minmax(0, 5fr)',
  },
});
