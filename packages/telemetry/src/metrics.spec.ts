import { describe, expect, it } from '@jest/globals';
import { Metrics } from './metrics.js';

describe('metrics', () => {
  it('exposes plain numbers as Prometheus reads them', async () => {
    const metrics = new Metrics();
    const requests = metrics.counter({ name: 'requests_total', help: 'Requests.', labelNames: ['surface', 'outcome'] });
    const duration = metrics.histogram({
      name: 'duration_seconds',
      help: 'Time.',
      labelNames: ['phase'],
      bounds: [0.001, 0.01, 1],
    });
    metrics.gauge({ name: 'open_holds', help: 'Holds.' }, () => 3);
    metrics.gauge({ name: 'pool_size', help: 'Connections.', labelNames: ['pool'] }, () => [
      { labels: { pool: 'a' }, value: 1 },
      { labels: { pool: 'b' }, value: 2 },
    ]);

    const success = requests({ surface: 'openai', outcome: 'success' });
    success.value++;
    requests({ outcome: 'success', surface: 'openai' }).value += 2;
    requests({ surface: 'openai', outcome: 'refused' }).value++;
    const route = duration({ phase: 'route' });
    for (const value of [0.0005, 0.001, 0.002, 2]) route.observe(value);

    const { body, contentType } = await metrics.expose();
    expect(contentType).toMatch(/^text\/plain/);
    expect(body.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual([
      'requests_total{surface="openai",outcome="success"} 3',
      'requests_total{surface="openai",outcome="refused"} 1',
      'duration_seconds_bucket{phase="route",le="0.001"} 2',
      'duration_seconds_bucket{phase="route",le="0.01"} 3',
      'duration_seconds_bucket{phase="route",le="1"} 3',
      'duration_seconds_bucket{phase="route",le="+Inf"} 4',
      'duration_seconds_sum{phase="route"} 2.0035',
      'duration_seconds_count{phase="route"} 4',
      'open_holds 3',
      'pool_size{pool="a"} 1',
      'pool_size{pool="b"} 2',
    ]);
    expect(body).toContain('# TYPE duration_seconds histogram');
    expect(body).toContain('# TYPE requests_total counter');
  });

  it('reads the present numbers at each scrape', async () => {
    const metrics = new Metrics();
    const counter = metrics.counter({ name: 'c_total', help: 'C.' })();
    counter.value = 1;
    expect((await metrics.expose()).body).toContain('c_total 1\n');
    counter.value = 5;
    expect((await metrics.expose()).body).toContain('c_total 5\n');
  });

  it('tells of the process when it is asked to', async () => {
    const metrics = new Metrics();
    metrics.includeProcess();
    expect((await metrics.expose()).body).toContain('process_resident_memory_bytes');
  });
});
