// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A small shop on node:http that uses the console's client: what the tests ask of every language's client.

import http from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

const { default: escalite } = await import(pathToFileURL(process.argv[2]));
const sink = escalite.configure({
  maxQueued: Number(process.env.SHOP_MAX_QUEUED) || undefined, firstRetry: 50, lastRetry: 200, delay: 20,
  heartbeat: Number(process.env.SHOP_HEARTBEAT ?? 0.2) * 1000,
});
let release;
const released = new Promise((resolve) => { release = resolve; });

const routes = {
  async fine(response, number) {
    escalite.log('number', number);
    await escalite.call('stock', { message: 'looking', url: 'http://stock/items?token=abc' }, async () => {
      await pause(Math.random() * 10);
      return { status: 200 };
    });
    escalite.log('number_again', number, { tag: 'api_logs', extras: { password: 'hunter2' } });
    response.end(`fine ${number}\n`);
  },
  async slow(response) {
    await escalite.call('stock', {}, () => pause(300));
    response.end('slow\n');
  },
  async upstream(response) {
    const url = 'https://pay.example/v1/charges';
    await escalite.call('payment', { message: 'charging', url }, async () => ({ status: 504 }));
    await escalite.call('payment', { message: 'charging again' }, async () => ({ status: 504 }));
    response.writeHead(502).end('the bank does not answer\n');
  },
  async throw() {
    throw new RangeError('the basket is torn');
  },
  async stream(response) {
    for (const part of [0, 1, 2]) {
      escalite.log(`part_${part}`, part);
      await pause(50);
      response.write(`part ${part}\n`);
    }
    response.end();
  },
  async hold(response) {
    await escalite.call('stock', { message: 'asking' }, () => released);
    response.end('released\n');
  },
  async release(response) {
    release();
    response.end('ok\n');
  },
  async odd(response) {
    const knot = { nan: NaN, large: 2 ** 70, big: 2n ** 70n, nul: 'a\0b', surrogate: '\ud800', f: pause, none: undefined };
    knot.knot = knot;
    escalite.log('odd', knot, { tag: 'a custom one' });
    escalite.log('log_level', 'an entry', { tag: 'api_logs' });
    escalite.log('long', 'x'.repeat(100_000), { extras: { many: Array(5000).fill(1) } });
    escalite.log('alert_id', null, { level: 'loud', message: 'no level' });
    response.end('odd\n');
  },
  async late(response) {
    setTimeout(() => escalite.log('late', 1), 100);
    response.end('late\n');
  },
  async many(response) {
    for (let number = 0; number < 1500; ++number) escalite.log(`entry ${number}`, 'x'.repeat(1000));
    response.end('many\n');
  },
};

const watched = escalite.wrap(async (request, response) => {
  const [, name, rest] = request.url.split('?')[0].split('/');
  if (routes[name]) await routes[name](response, rest);
  else response.writeHead(404).end('nothing here\n');
});

const server = http.createServer(async (request, response) => {
  if (request.url === '/counts') {
    response.end(JSON.stringify({ accepted: sink.accepted, discarded: sink.discarded }));
  } else if (request.url === '/quit') {
    response.setHeader('Connection', 'close');
    response.end('bye\n', () => server.close());
  } else {
    try {
      await watched(request, response);
    } catch {
      response.writeHead(500).end();
    }
  }
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
