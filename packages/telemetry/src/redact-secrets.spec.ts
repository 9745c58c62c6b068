import { describe, expect, it } from '@jest/globals';
import { issueSecret } from '@tollgate/domain';
import fc from 'fast-check';
import { redactSecrets } from './redact-secrets.js';

describe('redactSecrets', () => {
  it.each([
    ['key tg_abcdefgh12345678 used', 'key tg_[redacted] used'],
    ['token=tgm_abcdefgh12345678', 'token=tgm_[redacted]'],
    ['Incorrect API key: sk-proj-abc_DEF-123456', 'Incorrect API key: sk-[redacted]'],
    ['authorization: Bearer abc.def-ghi', 'authorization: Bearer [redacted]'],
    ['Basic dXNlcjpwYXNz', 'Basic [redacted]'],
    ['postgresql://app:pa55word@db:5432/x', 'postgresql://app:[redacted]@db:5432/x'],
    ['redis://:pa55word@cache', 'redis://:[redacted]@cache'],
    [String.raw`{"msg":"line\nsk-abcdefgh1234"}`, String.raw`{"msg":"line\nsk-[redacted]"}`],
    [String.raw`{"msg":"\u001bsk-abcdefgh1234"}`, String.raw`{"msg":"\u001bsk-[redacted]"}`],
    ['{"headers":{"Set-Cookie":["a=b","c=d"]}}', '{"headers":{"Set-Cookie":"[redacted]"}}'],
    ['{"X-Api-Key":"quo\\"te"}', '{"X-Api-Key":"[redacted]"}'],
    [String.raw`{"msg":"{\"password\":\"hunter2\"}"}`, String.raw`{"msg":"{\"password\":\"[redacted]\"}"}`],
    ['{"masterKey":{"type":"Buffer","data":[1,2]}}', '{"masterKey":"[redacted]"}'],
  ])('%s', (text, expected) => {
    expect(redactSecrets(text)).toBe(expected);
  });

  it.each([
    'the task-scheduler-service is up',
    'tg_Ab12…wXyZ was revoked',
    'https://example.com/a:b@c',
    '{"keyId":"key_01jd","requestId":"req_01jd"}',
    'risk-assessment-2024',
  ])('leaves %j alone', (text) => {
    expect(redactSecrets(text)).toBe(text);
  });

  it('finds an issued secret wherever it stands in any JSON, and leaves the JSON valid', () => {
    const secrets = ['tg_', 'tgm_'].map((prefix) => issueSecret(prefix === 'tg_' ? prefix : 'tgm_').secret);
    const separator = fc.constantFrom('', ' ', '\n', '\t', '"', '\\', '/', '=', '\u0001', 'é', '€');
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(...secrets), separator, fc.string(), (json, secret, before, after) => {
        const document = { [`${before}${secret}`]: [{ nested: `${after}${before}${secret} ${json}` }], json };
        const redacted = redactSecrets(JSON.stringify(document));
        expect(redacted).not.toContain(secret);
        JSON.parse(redacted);
      }),
      { numRuns: 2000 },
    );
  });
});
