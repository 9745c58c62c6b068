import { MAX_PAGE_SIZE } from '@tollgate/wire';
import { useList } from '../api/use-list.js';
import { useText } from '../i18n/use-text.js';
import { usePlaces } from '../layout/places.js';
import { useMe } from '../session/use-me.js';
import { useScope } from '../url/scope.js';
import { useLinkTo } from '../url/use-url-state.js';

export interface Finding {
  readonly kind: 'page' | 'key' | 'model' | 'project' | 'request';
  readonly name: string;
  readonly detail: string | null;
  readonly address: string;
}

const REQUEST_ID = /^req_[0-9a-z]{26}$/;

const MAX_MODELS = 20;
const LEAST_CHARACTERS = 2;

function longestWord(typed: string): string {
  return typed.split(/\s+/).reduce((longest, word) => (word.length > longest.length ? word : longest), '');
}

/** What can be gone to in the organization that is looked at: pages first. An id of a request is taken as it is. */
export function useFindings(typed: string): readonly Finding[] {
  const text = useText();
  const linkTo = useLinkTo();
  const { mayCall } = useMe();
  const { organization } = useScope();
  const places = usePlaces();
  const list = { filter: { organizationId: organization.id }, perPage: MAX_PAGE_SIZE };
  const keys = useList('api-keys', { ...list, enabled: mayCall('listOrganizationApiKeys') });
  const search = longestWord(typed);
  // there are thousands: the server is asked for those that are meant
  const models = useList('models', {
    filter: { organizationId: organization.id, deployable: 'true', search },
    perPage: MAX_MODELS,
    enabled: mayCall('listModels') && search.length >= LEAST_CHARACTERS,
  });
  const projects = useList('projects', { ...list, enabled: mayCall('listProjects') });
  const requestId = typed.trim();
  if (REQUEST_ID.test(requestId)) {
    return [{ kind: 'request', name: requestId, detail: null, address: linkTo(`/requests/${requestId}/show`) }];
  }
  return [
    ...places.map(({ path, label }): Finding => ({
      kind: 'page',
      name: text(label),
      detail: null,
      address: linkTo(path),
    })),
    ...(keys.rows ?? []).map(({ id, name, ownerName }): Finding => ({
      kind: 'key',
      name,
      detail: ownerName,
      address: linkTo(`/keys/${id}/show`),
    })),
    ...(projects.rows ?? []).map(({ id, name, costCentre }): Finding => ({
      kind: 'project',
      name,
      detail: costCentre,
      address: linkTo('/', { project: id }),
    })),
    ...(models.rows ?? []).map(({ id, name, provider }): Finding => ({
      kind: 'model',
      name,
      detail: provider,
      address: linkTo(`/models/${encodeURIComponent(id)}/show`),
    })),
  ];
}
