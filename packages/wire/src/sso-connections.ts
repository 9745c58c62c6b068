import { z } from 'zod';
import { atLeastOneField, id, name, NO_FIELD_MESSAGE, revisionFields, text } from './fields.js';
import { role } from './members.js';
import { defineOperation } from './operation.js';
import { NAMED_ORDERS, page, pageQuery } from './paging.js';

const tag = 'Single sign-on';

/** Why somebody who comes back from their provider is not let in: `/sign-in?error=` names one of these. */
export const SSO_REFUSALS = [
  'sso-expired',
  'sso-denied',
  'sso-failed',
  'sso-no-email',
  'sso-email-unverified',
  'sso-foreign-domain',
  'sso-operator',
  'sso-connection-gone',
] as const;

export type SsoRefusal = (typeof SSO_REFUSALS)[number];

const DOMAIN = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;
const domain = () =>
  z
    .string()
    .transform((value) => value.toLowerCase())
    .refine((value) => DOMAIN.test(value), 'must be a domain, such as example.com');
const issuer = () => z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).max(500);

const ssoDomain = z
  .strictObject({
    domain: z.string(),
    verifiedAt: z.iso.datetime().nullable(),
    verifiedBy: z.enum(['dns', 'operator']).nullable(),
    record: z.strictObject({ name: z.string(), value: z.string() }).meta({
      description: 'The TXT record that proves to us whose the domain is.',
    }),
  })
  .meta({ id: 'SsoDomain' });

export const ssoConnection = z
  .strictObject({
    id: id('ssoConnection'),
    organizationId: id('organization'),
    name: z.string(),
    issuer: z.string(),
    clientId: z.string(),
    defaultRole: role.meta({ description: 'Of whoever signs in by it for the first time.' }),
    domains: z.array(ssoDomain).meta({
      description: 'Only addresses in a verified domain come in; a domain is verified for one connection at most.',
    }),
    redirectUri: z.string().meta({ description: 'What the provider has to allow.' }),
    ...revisionFields,
  })
  .meta({ id: 'SsoConnection' });

const fields = {
  name: name(),
  issuer: issuer(),
  clientId: text(500),
  clientSecret: text(1000).meta({ description: 'Write-only.' }),
  defaultRole: role,
  domains: z
    .array(domain())
    .min(1)
    .max(20)
    .refine((list) => new Set(list).size === list.length, 'must not repeat'),
};
const ssoConnectionDraft = z
  .strictObject({ ...fields, organizationId: id('organization'), defaultRole: role.default('viewer') })
  .meta({ id: 'SsoConnectionDraft' });
const ssoConnectionChange = z
  .strictObject(fields)
  .partial()
  .refine(atLeastOneField, NO_FIELD_MESSAGE)
  .meta({ id: 'SsoConnectionChange' });
const domainVerification = z.strictObject({ domain: domain() }).meta({ id: 'SsoDomainVerification' });

const params = z.strictObject({ ssoConnectionId: id('ssoConnection') });

export const ssoConnectionOperations = {
  listSsoConnections: defineOperation({
    id: 'listSsoConnections',
    tag,
    summary: 'List single sign-on connections',
    method: 'GET',
    path: '/sso-connections',
    permission: 'sso-connections.read',
    query: z.strictObject({ ...pageQuery(NAMED_ORDERS), organizationId: id('organization').optional() }),
    response: page(ssoConnection).meta({ id: 'SsoConnectionPage' }),
  }),
  createSsoConnection: defineOperation({
    id: 'createSsoConnection',
    tag,
    summary: 'Create a single sign-on connection',
    description: 'To an OpenID Connect provider, which is asked for its configuration before anything is kept.',
    method: 'POST',
    path: '/sso-connections',
    permission: 'sso-connections.write',
    body: ssoConnectionDraft,
    status: 201,
    response: ssoConnection,
    versioned: true,
  }),
  readSsoConnection: defineOperation({
    id: 'readSsoConnection',
    tag,
    summary: 'Read a single sign-on connection',
    method: 'GET',
    path: '/sso-connections/{ssoConnectionId}',
    permission: 'sso-connections.read',
    params,
    response: ssoConnection,
    versioned: true,
  }),
  updateSsoConnection: defineOperation({
    id: 'updateSsoConnection',
    tag,
    summary: 'Change a single sign-on connection',
    description:
      'A domain that stays keeps its verification, unless the issuer changes: then every domain has to be verified anew, ' +
      'and the client’s secret has to be given again.',
    method: 'PATCH',
    path: '/sso-connections/{ssoConnectionId}',
    permission: 'sso-connections.write',
    conditional: true,
    params,
    body: ssoConnectionChange,
    response: ssoConnection,
    versioned: true,
  }),
  deleteSsoConnection: defineOperation({
    id: 'deleteSsoConnection',
    tag,
    summary: 'Delete a single sign-on connection',
    description: 'Who came in by it stays a member, and signs in by other means.',
    method: 'DELETE',
    path: '/sso-connections/{ssoConnectionId}',
    permission: 'sso-connections.write',
    params,
    response: null,
  }),
  verifySsoDomain: defineOperation({
    id: 'verifySsoDomain',
    tag,
    summary: 'Have a domain of a connection verified',
    description: 'By its TXT record; the operator’s word is enough without one.',
    method: 'POST',
    path: '/sso-connections/{ssoConnectionId}/domain-verifications',
    permission: 'sso-connections.write',
    params,
    body: domainVerification,
    status: 201,
    response: ssoConnection,
  }),
};

export type SsoConnection = z.infer<typeof ssoConnection>;
