import { afterEach, describe, expect, test } from '@jest/globals';
import { HealthRegistry, type TargetHealth } from '@tollgate/routing';

import type { Deployment } from './control-plane/deployments.js';
import { DeploymentProber } from './deployment-prober.js';

describe('probing deployments that are out of service', () => {
  const health = new HealthRegistry({ clock: () => performance.now() });
  const target = (deploymentId: string, upstreamModel: string, credentialId: string): TargetHealth =>
    health.targetOf({ deploymentId, upstreamModel, credentialId, credentialVersion: 1 });
  const asked: string[] = [];
  let works = true;
  const deployment = (id: string, credentialId: string, simulated = false): Deployment =>
    ({
      row: { id, credentialId },
      provider: { simulated },
      probe: () => {
        asked.push(id);
        return Promise.resolve(works);
      },
    }) as unknown as Deployment;
  const prober = new DeploymentProber({
    health,
    deployments: () => [
      deployment('a', 'one'),
      deployment('b', 'one'),
      deployment('c', 'two'),
      deployment('s', 'x', true),
    ],
    onDefect: (error) => {
      throw error;
    },
  });

  afterEach(() => {
    prober.stop();
    asked.length = 0;
  });

  test('each credential once, nobody who is in service, and no simulated one', async () => {
    const [m, n] = [target('a', 'm', 'one'), target('b', 'n', 'one')];
    const idle = target('c', 'm', 'two');
    const sandbox = target('s', 'm', 'x');
    m.begin(0).failed(performance.now(), 'credential', null);
    sandbox.begin(0).failed(performance.now(), 'credential', null);
    expect([m, n, idle].map((each) => each.mayAsk(performance.now()))).toEqual([false, false, true]);
    works = false;
    await prober.probeAll();
    expect(asked).toEqual(['a']);
    expect(m.lastProbe).toMatchObject({ ok: false });
    expect(n.mayAsk(performance.now())).toBe(false);
    works = true;
    await prober.probeAll();
    expect([m, n].map((each) => each.credential.isDead)).toEqual([false, false]);
    expect(n.mayAsk(performance.now())).toBe(true);
    expect(idle.lastProbe).toBeNull();
  });

  test('one that does not answer keeps no other waiting', async () => {
    const registry = new HealthRegistry({ clock: () => performance.now() });
    const broken = ['slow', 'quick'].map((id) =>
      registry.targetOf({ deploymentId: id, upstreamModel: 'm', credentialId: id, credentialVersion: 1 }),
    );
    for (const each of broken) each.begin(0).failed(performance.now(), 'credential', null);
    const told: string[] = [];
    const probing = (id: string, answer: () => Promise<boolean>): Deployment =>
      ({
        row: { id, credentialId: id },
        provider: { simulated: false },
        probe: () => {
          told.push(id);
          return answer();
        },
      }) as unknown as Deployment;
    const never = new Promise<boolean>(() => undefined);
    const list = [probing('slow', () => never), probing('quick', () => Promise.resolve(false))];
    const other = new DeploymentProber({ health: registry, deployments: () => list, onDefect: () => undefined });
    for (let round = 0; round < 2; round++) {
      void other.probeAll();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    other.stop();
    expect(told).toEqual(['slow', 'quick', 'quick']);
  });
});
