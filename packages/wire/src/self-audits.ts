import { SELF_AUDIT_CHECKS, SELF_AUDIT_EXTENTS, SELF_AUDIT_STATES } from '@tollgate/domain';
import { z } from 'zod';
import { id } from './fields.js';
import { defineOperation } from './operation.js';
import { CREATION_ORDERS, page, pageQuery } from './paging.js';

const tag = 'Self-audits';

const extent = z.enum(SELF_AUDIT_EXTENTS).meta({
  id: 'SelfAuditExtent',
  description: '`recent` reads the events of the last two days and every sum; `full` reads every event.',
});
const check = z.enum(SELF_AUDIT_CHECKS).meta({ id: 'SelfAuditCheck' });

const finding = z
  .strictObject({
    check,
    organizationId: z.string().nullable(),
    accountingPeriod: z.string().nullable(),
    message: z.string().meta({ description: 'What does not agree with what.' }),
    expected: z.string().nullable().meta({ description: 'A decimal amount or a count.' }),
    found: z.string().nullable(),
    difference: z.string().nullable().meta({ description: '`found` − `expected`.' }),
  })
  .meta({ id: 'SelfAuditFinding' });

const checked = z
  .strictObject({ check, findings: z.int(), durationMs: z.number() })
  .meta({ id: 'SelfAuditChecked', description: 'A check that was made, and how many findings it has.' });

export const selfAudit = z
  .strictObject({
    id: id('selfAudit'),
    extent,
    state: z.enum(SELF_AUDIT_STATES),
    requestedBy: z.string().meta({ description: '`schedule`, `command-line`, or the id of a management token.' }),
    checks: z.array(checked),
    findings: z.array(finding).meta({ description: 'At most 100 of each check.' }),
    requestedAt: z.iso.datetime(),
    startedAt: z.iso.datetime().nullable(),
    finishedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'SelfAudit' });

const selfAuditDraft = z.strictObject({ extent: extent.default('recent') }).meta({ id: 'SelfAuditDraft' });

export const selfAuditOperations = {
  listSelfAudits: defineOperation({
    id: 'listSelfAudits',
    tag,
    summary: 'List self-audits of the books',
    method: 'GET',
    path: '/self-audits',
    permission: 'self-audits.read',
    operatorOnly: true,
    query: z.strictObject({
      ...pageQuery(CREATION_ORDERS),
      extent: extent.optional(),
      state: z.enum(SELF_AUDIT_STATES).optional(),
    }),
    response: page(selfAudit).meta({ id: 'SelfAuditPage' }),
  }),
  requestSelfAudit: defineOperation({
    id: 'requestSelfAudit',
    tag,
    summary: 'Have the books audited',
    description: 'The worker audits them within seconds; read the self-audit until it is finished.',
    method: 'POST',
    path: '/self-audits',
    permission: 'self-audits.write',
    operatorOnly: true,
    body: selfAuditDraft,
    status: 202,
    response: selfAudit,
  }),
  readSelfAudit: defineOperation({
    id: 'readSelfAudit',
    tag,
    summary: 'Read a self-audit with its findings',
    method: 'GET',
    path: '/self-audits/{selfAuditId}',
    permission: 'self-audits.read',
    operatorOnly: true,
    params: z.strictObject({ selfAuditId: id('selfAudit') }),
    response: selfAudit,
  }),
};

export type SelfAudit = z.infer<typeof selfAudit>;
export type SelfAuditListQuery = z.output<typeof selfAuditOperations.listSelfAudits.query>;
