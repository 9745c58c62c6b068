import { describe, expect, test } from '@jest/globals';
import type { Operation } from './operation.js';
import { OPERATIONS } from './operations.js';
import { ALL_PERMISSIONS, ROLE_SCOPES } from './permissions.js';

describe('the permissions of a role', () => {
  test.each(Object.entries(ROLE_SCOPES))('of %s are all good for something that is not the operator’s', (_, scopes) => {
    const operations: readonly Operation[] = Object.values(OPERATIONS);
    const useful = operations
      .filter(({ operatorOnly }) => !operatorOnly)
      .flatMap(({ permission, ownPermission }) => [permission, ownPermission]);
    expect(scopes.filter((scope) => scope !== ALL_PERMISSIONS && !useful.includes(scope))).toEqual([]);
  });
});
