import type { ApiKey } from '@tollgate/wire';
import { Ago, Mono } from '../figures/figures.js';
import { formatInstant } from '../figures/format-times.js';
import { useText } from '../i18n/use-text.js';
import { DataTable } from '../page/data-table.js';
import { Panel } from '../page/panel.js';
import { useZone } from '../url/scope.js';

type KeySecret = ApiKey['secrets'][number];

/** The secrets of a key, and until when each opens it. */
export function SecretTable({ apiKey }: { readonly apiKey: Pick<ApiKey, 'secrets'> }) {
  const text = useText();
  return (
    <Panel title={text('keys.secrets')} flush>
      <DataTable
        label={text('keys.secrets')}
        rows={apiKey.secrets}
        rowKey={({ id }) => id}
        empty={null}
        columns={[
          { key: 'prefix', label: text('keys.secret'), render: ({ displayPrefix }) => <Mono>{displayPrefix}</Mono> },
          { key: 'created', label: text('keys.created'), render: ({ createdAt }) => <Ago instant={createdAt} /> },
          { key: 'works', label: text('keys.secretState'), render: (secret) => <Working secret={secret} /> },
        ]}
      />
    </Panel>
  );
}

function Working({ secret: { expiresAt, revokedAt } }: { readonly secret: KeySecret }) {
  const text = useText();
  const zone = useZone();
  if (revokedAt !== null) return <>{text('keys.revoked')}</>;
  if (expiresAt === null) return <>{text('keys.newestSecret')}</>;
  if (Date.parse(expiresAt) <= Date.now()) return <>{text('keys.endedSecret')}</>;
  return <>{text('keys.endsSecret', { when: formatInstant(expiresAt, zone) })}</>;
}
