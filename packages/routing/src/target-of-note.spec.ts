import { expect, test } from '@jest/globals';

import { HealthRegistry } from './health-registry.js';

test('a target that nobody has asked is of no note, whoever has looked at it', () => {
  const health = new HealthRegistry({ clock: () => 0 });
  const target = (upstreamModel: string) =>
    health.targetOf({ deploymentId: 'dep_1', upstreamModel, credentialId: 'cred_1', credentialVersion: 1 });
  const [idle, asked, probed] = [target('idle'), target('asked'), target('probed')];
  const attempt = asked.begin(0);
  expect(asked.isOfNote).toBe(true);
  attempt.failed(10, 'broken', null);
  probed.probed(10, true);
  expect([idle, asked, probed].map(({ isOfNote }) => isOfNote)).toEqual([false, true, true]);
  // a dead credential takes all of its targets with it
  target('other').begin(20).failed(20, 'credential', null);
  expect(idle.isOfNote).toBe(true);
});
